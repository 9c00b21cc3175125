import LedeCodecs
import LedeModel

// What a query is bound to lies in the memory of a ScratchArena, as plain values without references: a query
// of one word takes a microsecond in all, and objects and arrays would take another one.

/// A key to look up in each segment: a surface, or a class.
struct TermKey {
  let bytes: TermBytes
  let isClass: Bool
}

/// One place of a phrase, or a whole term: several keys count as one term.
struct Slot {
  /// Position relative to the phrase's first slot.
  let offset: UInt32
  /// Sorted, without duplicates; at least one.
  let keys: ArenaList<TermKey>
  /// What the canonical order compares: the only key; of several, classes joined by a zero byte, or the fold
  /// of surfaces.
  let name: TermBytes
}

/// The unit of matching and of scoring: a term or a phrase in one field.
struct Clause {
  /// Raw values are the first key of the canonical order.
  enum Kind: UInt8, Sendable {
    case classTerm = 0
    case surfaceTerm = 1
    case phrase = 2
  }

  let kind: Kind
  let field: Field
  let boost: Double
  /// At least one.
  let slots: ArenaList<Slot>
  /// The term bytes of the canonical order: the names of the slots, joined by spaces.
  let bytes: TermBytes
  /// See ``startOfOrder(_:_:_:)``.
  let start: UInt64

  init(_ kind: Kind, _ field: Field, slots: ArenaList<Slot>, bytes: TermBytes, boost: Double) {
    self.kind = kind
    self.field = field
    self.boost = boost
    self.slots = slots
    self.bytes = bytes
    start = Self.startOfOrder(kind, field, bytes)
  }

  /// Whether one key is all that is looked up.
  var isOneKey: Bool { slots.count == 1 && slots[0].keys.count == 1 }
}

extension Clause: Hashable {
  static func == (a: Clause, b: Clause) -> Bool {
    a.start == b.start && a.boost == b.boost && a.bytes.equals(b.bytes)
      && a.slots.elementsEqual(b.slots)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(start)
    hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
  }
}

extension Slot: Equatable {
  static func == (a: Slot, b: Slot) -> Bool {
    a.offset == b.offset && a.keys.elementsEqual(b.keys)
  }
}

extension TermKey: Equatable {
  static func == (a: TermKey, b: TermKey) -> Bool {
    a.isClass == b.isClass && a.bytes.equals(b.bytes)
  }
}

/// The tree of a query after analysis; leaves name clauses by their number in canonical order.
enum BoundNode {
  /// A document matches when the clause `match` does, which then adds to its score; so does `title`, the
  /// same in the title, if it matches.
  case leaf(match: Int, title: Int?)
  case boolean(BoundBoolean)
}

struct BoundBoolean {
  var should = ArenaList<BoundNode>()
  var must = ArenaList<BoundNode>()
  var mustNot = ArenaList<BoundNode>()

  var isEmpty: Bool { should.isEmpty && must.isEmpty && mustNot.isEmpty }
  var matchesNothing: Bool { should.isEmpty && must.isEmpty }
}

/// A query bound to the vocabulary of a snapshot; valid as long as the memory that it was bound in.
struct BoundQuery {
  /// In canonical order: kind, field name, term bytes; then offsets and boost, so that it is total.
  let clauses: ArenaList<Clause>
  let root: BoundBoolean
}
