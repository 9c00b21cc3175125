import LedeCodecs
import LedeModel

/// A key to look up in each segment: a surface, or a class.
struct TermKey: Sendable, Hashable {
  var bytes: [UInt8]
  var isClass: Bool
}

/// One place of a phrase, or a whole term: several keys count as one term.
struct Slot: Sendable, Hashable {
  /// Position relative to the phrase's first slot.
  var offset: UInt32
  /// Sorted, without duplicates.
  var keys: OneOrMore<TermKey>
  /// Of several keys, what the canonical order compares: classes joined by a zero byte, or the fold of
  /// surfaces.
  var name: [UInt8]?

  /// What the canonical order compares.
  var bytes: [UInt8] { name ?? keys[0].bytes }
}

/// The unit of matching and of scoring: a term or a phrase in one field.
///
/// A class, so that sorting and handing on clauses costs one reference count each.
final class Clause: Sendable {
  /// Raw values are the first key of the canonical order.
  enum Kind: UInt8, Sendable {
    case classTerm = 0
    case surfaceTerm = 1
    case phrase = 2
  }

  let kind: Kind
  let field: Field
  let boost: Double
  /// The term bytes of the canonical order.
  let bytes: [UInt8]
  /// Nil where one key is all that is looked up: then its bytes are `bytes`.
  private let several: OneOrMore<Slot>?

  /// A term that one key stands for.
  init(_ kind: Kind, _ field: Field, key: [UInt8], boost: Double) {
    self.kind = kind
    self.field = field
    self.boost = boost
    bytes = key
    several = nil
  }

  init(kind: Kind, field: Field, slots: OneOrMore<Slot>, boost: Double) {
    self.kind = kind
    self.field = field
    self.boost = boost
    several = slots.count == 1 && slots[0].keys.count == 1 ? nil : slots
    bytes =
      slots.count == 1 ? slots[0].bytes : Array(slots.map(\.bytes).joined(separator: [0x20]))
  }

  /// Whether one key is all that is looked up.
  var isOneKey: Bool { several == nil }

  var slots: OneOrMore<Slot> {
    several
      ?? OneOrMore(
        Slot(offset: 0, keys: OneOrMore(TermKey(bytes: bytes, isClass: kind == .classTerm))))
  }
}

extension Clause: Hashable {
  static func == (a: Clause, b: Clause) -> Bool {
    a.kind == b.kind && a.field == b.field && a.boost == b.boost && a.bytes == b.bytes
      && a.several == b.several
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(field)
    hasher.combine(boost)
    hasher.combine(bytes)
    hasher.combine(several)
  }
}

/// The tree of a query after analysis; leaves name clauses by their number in canonical order.
enum BoundNode: Sendable, Equatable {
  /// A document matches when the clause `match` does, which then adds to its score; so does `title`, the
  /// same in the title, if it matches.
  case leaf(match: Int, title: Int?)
  case boolean(BoundBoolean)
}

struct BoundBoolean: Sendable, Equatable {
  var should: [BoundNode] = []
  var must: [BoundNode] = []
  var mustNot: [BoundNode] = []

  var isEmpty: Bool { should.isEmpty && must.isEmpty && mustNot.isEmpty }
  var matchesNothing: Bool { should.isEmpty && must.isEmpty }
}

/// A query bound to the vocabulary of a snapshot.
struct BoundQuery: Sendable {
  /// In canonical order: kind, field name, term bytes; then offsets and boost, so that it is total.
  var clauses: [Clause]
  var root: BoundBoolean
}
