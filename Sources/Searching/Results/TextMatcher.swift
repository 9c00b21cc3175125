import LedeAnalysis
import LedeModel

/// A place in a text that the query matches, and the clauses it belongs to.
struct TextMatch: Equatable {
  /// UTF-8 offsets.
  var range: Range<Int>
  /// Clauses, ascending.
  var clauses: [Int]
}

/// Finds the words of a stored text that a query matches, by analysing the text again.
///
/// Nothing about occurrences has to be stored for it, and it works for every hit alike. Words of a
/// phrase match where the whole phrase stands.
final class TextMatcher {
  private struct SlotReference: Equatable {
    var clause: Int
    var slot: Int
  }

  private struct Known {
    var surface: [UInt8]
    var slots: [SlotReference]
  }

  private let analyzer: Analyzer
  private let clauses: ArenaList<Clause>
  private var surfaces: [[UInt8]: [SlotReference]] = [:]
  private var classes: [[UInt8]: [SlotReference]] = [:]
  /// What each word met so far matches, by hash, so that it is stemmed once for all hits.
  private var known: [UInt64: Known] = [:]
  private var tokens = TokenBatch()
  private var stem: [UInt8] = []

  /// - Parameter query: valid as long as the matcher is used.
  init(_ query: BoundQuery, analyzer: Analyzer) {
    self.analyzer = analyzer
    clauses = query.clauses
    var positive: Set<Int> = []
    Self.collect(.boolean(query.root), into: &positive)
    for clause in positive.sorted() {
      for (slot, definition) in clauses[clause].slots.enumerated() {
        let reference = SlotReference(clause: clause, slot: slot)
        for key in definition.keys {
          if key.isClass {
            classes[Array(key.bytes), default: []].append(reference)
          } else {
            surfaces[Array(key.bytes), default: []].append(reference)
          }
        }
      }
    }
  }

  private static func collect(_ node: BoundNode, into clauses: inout Set<Int>) {
    switch node {
    case .leaf(let match, _): clauses.insert(match)
    case .boolean(let boolean):
      for child in boolean.should { collect(child, into: &clauses) }
      for child in boolean.must { collect(child, into: &clauses) }
    }
  }

  /// All matches in a text, ascending, those that overlap joined.
  ///
  /// - Parameter field: where the text stands; clauses on `text` match in titles too.
  /// - Complexity: O(length).
  func matches(in text: String, field: Field) -> [TextMatch] {
    tokens.removeAll(keepingCapacity: true)
    var text = text
    text.withUTF8 { analyzer.analyze($0, into: &tokens) }
    var found: [TextMatch] = []
    /// Per phrase and start: the tokens of the slots that stand where they should.
    var starts: [Int: [UInt32: [Int]]] = [:]
    for (index, token) in tokens.tokens.enumerated() {
      for reference in slots(of: token) {
        let clause = clauses[reference.clause]
        if clause.field == .title, field == .text { continue }
        let offset = clause.slots[reference.slot].offset
        if clause.slots.count == 1 {
          found.append(TextMatch(range: Self.range(token), clauses: [reference.clause]))
        } else if token.position >= offset {
          starts[reference.clause, default: [:]][token.position &- offset, default: []]
            .append(index)
        }
      }
    }
    for (clause, places) in starts {
      for members in places.values where members.count == clauses[clause].slots.count {
        found += members.map {
          TextMatch(range: Self.range(tokens.tokens[$0]), clauses: [clause])
        }
      }
    }
    return Self.joined(found)
  }

  private static func range(_ token: Token) -> Range<Int> {
    Int(token.sourceStart)..<max(Int(token.sourceStart), Int(token.sourceEnd))
  }

  private func slots(of token: Token) -> [SlotReference] {
    let bytes = tokens.bytes[tokens.termRange(of: token)]
    guard token.kind == .word else { return surfaces[Array(bytes)] ?? [] }
    var hasher = FowlerNollVo()
    hasher.combine(bytes)
    if let entry = known[hasher.value], entry.surface.elementsEqual(bytes) { return entry.slots }
    let surface = Array(bytes)
    var result = surfaces[surface] ?? []
    if !classes.isEmpty {
      surface.withUnsafeBufferPointer { analyzer.stemClass(ofSurface: $0, into: &stem) }
      result += classes[stem] ?? []
    }
    known[hasher.value] = Known(surface: surface, slots: result)
    return result
  }

  private static func joined(_ matches: [TextMatch]) -> [TextMatch] {
    var result: [TextMatch] = []
    for match in matches.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      guard let last = result.last, match.range.lowerBound < last.range.upperBound else {
        result.append(match)
        continue
      }
      let end = max(last.range.upperBound, match.range.upperBound)
      let clauses = Set(last.clauses + match.clauses).sorted()
      result[result.count - 1] = TextMatch(
        range: last.range.lowerBound..<end, clauses: clauses)
    }
    return result
  }
}
