import Foundation
import LedeAnalysis
import LedeModel
import LedeSearching

/// The contract read literally, over texts in memory: no index, no binder, no shared arithmetic.
final class NaiveEngine {
  struct Answer: Equatable {
    var key: String
    var score: Float
  }

  private struct Token {
    var bytes: [UInt8]
    var kind: LedeAnalysis.Token.Kind
    var startsRun: Bool
    var position: Int
  }

  private struct Document {
    var key: String
    var sequence: UInt64
    var tokens: [Field: [Token]]
    var lengths: [Field: Int]
  }

  /// A place of a phrase: the tokens that may stand there.
  private struct Slot {
    var offset: Int
    var isClass: Bool
    /// Classes, or surfaces; each counts for docFreq on its own.
    var keys: Set<[UInt8]>
    var bytes: [UInt8]
  }

  private struct Clause {
    var kind: Int
    var field: Field
    var slots: [Slot]
    var boost: Double

    /// What two clauses must share to be one, and what orders them.
    var identity: [UInt8] {
      var identity = [UInt8(kind)] + Array(field.name.utf8) + [0]
      identity += slots.map(\.bytes).joined(separator: [0x20])
      return identity
    }
  }

  private let analyzer: Analyzer
  private var documents: [Document] = []
  private var vocabulary: Set<[UInt8]> = []
  private var classes: [[UInt8]: [UInt8]] = [:]
  private let options: SearchOptions

  init(_ documents: [TestDocument], language: Language, options: SearchOptions) throws {
    analyzer = try Analyzer(language: language)
    self.options = options
    for document in documents where !document.isDeleted {
      let article = document.article
      let title = analyze(article.title)
      let body = analyze(article.body)
      let shift = title.isEmpty ? 0 : (title.map(\.position).max() ?? 0) + 1 + 100
      let text =
        title
        + body.map {
          Token(
            bytes: $0.bytes, kind: $0.kind, startsRun: $0.startsRun, position: $0.position + shift)
        }
      for token in text where token.kind == .word { vocabulary.insert(token.bytes) }
      self.documents.append(
        Document(
          key: article.key, sequence: document.sequence, tokens: [.title: title, .text: text],
          lengths: [
            .title: title.count { $0.kind != .bigram }, .text: text.count { $0.kind != .bigram },
          ]))
    }
  }

  private func analyze(_ text: String) -> [Token] {
    var batch = TokenBatch()
    analyzer.analyze(text, into: &batch)
    return batch.tokens.map {
      Token(
        bytes: Array(batch.bytes[batch.termRange(of: $0)]), kind: $0.kind,
        startsRun: $0.startsRun, position: Int($0.position))
    }
  }

  private func classOf(_ surface: [UInt8]) -> [UInt8] {
    if let known = classes[surface] { return known }
    var form: [UInt8] = []
    surface.withUnsafeBufferPointer { analyzer.stemClass(ofSurface: $0, into: &form) }
    classes[surface] = form
    return form
  }

  private func fold(_ surface: [UInt8]) -> [UInt8] {
    var form: [UInt8] = []
    surface.withUnsafeBufferPointer { analyzer.fold($0, into: &form) }
    return form
  }

  // MARK: Answers

  /// All matches in order.
  func answer(_ query: Query) -> [Answer] {
    var found: [(key: String, score: Float, sequence: UInt64)] = []
    for document in documents where matches(query, document, isNegative: false) {
      var clauses: [Clause] = []
      collect(query, document, 1, &clauses)
      found.append((document.key, score(clauses, document), document.sequence))
    }
    found.sort { $0.score != $1.score ? $0.score > $1.score : $0.sequence < $1.sequence }
    return found.map { Answer(key: $0.key, score: $0.score) }
  }

  private func matches(_ query: Query, _ document: Document, isNegative: Bool) -> Bool {
    switch query {
    case .word, .phrase:
      let groups = clauses(query, 1, isNegative: isNegative)
      return groups.contains { frequency($0[0], document) > 0 }
    case .boost(let inner, _): return matches(inner, document, isNegative: isNegative)
    case .boolean(let should, let must, let mustNot):
      let required = must.flatMap { expanded($0) }
      let alternatives = withoutStopWords(should, beside: must).flatMap { expanded($0) }
      if mustNot.contains(where: { matches($0, document, isNegative: true) }) { return false }
      guard required.isEmpty else {
        return required.allSatisfy { matches($0, document, isNegative: false) }
      }
      return alternatives.contains { matches($0, document, isNegative: false) }
    }
  }

  /// A word of several tokens stands for each of them; what analyses to nothing, for nothing.
  private func expanded(_ query: Query) -> [Query] {
    switch query {
    case .word(let text, let field):
      return units(text).map { .word(String(decoding: $0.joined(), as: UTF8.self), field: field) }
    case .phrase(let text, _): return units(text).isEmpty ? [] : [query]
    case .boost(let inner, let boost): return expanded(inner).map { .boost($0, boost) }
    case .boolean(let should, let must, let mustNot):
      let isEmpty = (should + must + mustNot).allSatisfy { expanded($0).isEmpty }
      return isEmpty ? [] : [query]
    }
  }

  /// Unsigned stop words are left out where a boolean has other positive parts.
  private func withoutStopWords(_ should: [Query], beside must: [Query]) -> [Query] {
    let others = should.filter { !isStopWord($0) }
    return options.ignoresStopWords && (others + must).contains { !expanded($0).isEmpty }
      ? others : should
  }

  private func isStopWord(_ query: Query) -> Bool {
    switch query {
    case .boost(let inner, _): return isStopWord(inner)
    case .word(let text, nil):
      let tokens = analyze(text)
      return !tokens.isEmpty
        && tokens.allSatisfy {
          $0.kind == .word && analyzer.language.stopWords.contains($0.bytes)
        }
    default: return false
    }
  }

  /// Words, and script runs as lists of unigrams.
  private func units(_ text: String) -> [[[UInt8]]] {
    var result: [[[UInt8]]] = []
    for token in analyze(text) {
      switch token.kind {
      case .word: result.append([token.bytes])
      case .unigram where token.startsRun: result.append([token.bytes])
      case .unigram: result[result.count - 1].append(token.bytes)
      case .bigram: break
      }
    }
    return result
  }

  private func collect(
    _ query: Query, _ document: Document, _ boost: Double, _ result: inout [Clause]
  ) {
    switch query {
    case .word, .phrase:
      for group in clauses(query, boost, isNegative: false)
      where frequency(group[0], document) > 0 {
        result += group
      }
    case .boost(let inner, let factor):
      collect(inner, document, boost * Double(factor), &result)
    case .boolean(let should, let must, _):
      for child in (must + withoutStopWords(should, beside: must)).flatMap({ expanded($0) })
      where matches(child, document, isNegative: false) {
        collect(child, document, boost, &result)
      }
    }
  }

  // MARK: Clauses

  /// Groups of clauses: the first of each decides the match.
  private func clauses(_ query: Query, _ boost: Double, isNegative: Bool) -> [[Clause]] {
    switch query {
    case .word(let text, let field):
      let tokens = analyze(text)
      if isNegative, units(text).count > 1 {
        return clauses(.phrase(text, field: field), boost, isNegative: true)
      }
      return bareClauses(tokens, field, boost)
    case .phrase(let text, let field):
      let slots = phraseSlots(analyze(text))
      guard !slots.isEmpty else { return [] }
      return [
        [Clause(kind: slots.count == 1 ? 1 : 2, field: field ?? .text, slots: slots, boost: boost)]
      ]
    default: return []
    }
  }

  private func bareClauses(_ tokens: [Token], _ field: Field?, _ boost: Double) -> [[Clause]] {
    var groups: [(kind: Int, slots: [Slot])] = []
    for run in runs(tokens) {
      if run[0].kind == .word {
        let surface = run[0].bytes
        var keys: Set = [classOf(surface)]
        for other in vocabulary where fold(other) == fold(surface) { keys.insert(classOf(other)) }
        let bytes = keys.sorted { $0.lexicographicallyPrecedes($1) }.joined(separator: [0])
        groups.append((0, [Slot(offset: 0, isClass: true, keys: keys, bytes: Array(bytes))]))
      } else {
        let slots = runSlots(run, run[0].position)
        groups.append((slots.count == 1 ? 1 : 2, slots))
      }
    }
    return groups.map { kind, slots in
      let main = Clause(kind: kind, field: field ?? .text, slots: slots, boost: boost)
      guard field == nil, options.titleWeight > 0 else { return [main] }
      var title = main
      title.field = .title
      title.boost = boost * options.titleWeight
      return [main, title]
    }
  }

  private func runs(_ tokens: [Token]) -> [[Token]] {
    var result: [[Token]] = []
    for token in tokens {
      if token.kind == .word || token.startsRun {
        result.append([token])
      } else {
        result[result.count - 1].append(token)
      }
    }
    return result
  }

  private func runSlots(_ run: [Token], _ origin: Int) -> [Slot] {
    let unigrams = run.filter { $0.kind == .unigram }
    let terms = unigrams.count == 1 ? unigrams : run.filter { $0.kind == .bigram }
    return terms.map {
      Slot(offset: $0.position - origin, isClass: false, keys: [$0.bytes], bytes: $0.bytes)
    }
  }

  private func phraseSlots(_ tokens: [Token]) -> [Slot] {
    guard let origin = tokens.first?.position else { return [] }
    var slots: [Slot] = []
    for run in runs(tokens) {
      guard run[0].kind == .word else {
        slots += runSlots(run, origin)
        continue
      }
      let key = fold(run[0].bytes)
      let surfaces = vocabulary.filter { fold($0) == key }
      slots.append(
        Slot(offset: run[0].position - origin, isClass: false, keys: surfaces, bytes: key))
    }
    return slots
  }

  // MARK: Frequencies and scores

  private func stands(_ slot: Slot, _ token: Token) -> Bool {
    slot.isClass
      ? token.kind == .word && slot.keys.contains(classOf(token.bytes))
      : slot.keys.contains(token.bytes)
  }

  private func frequency(_ clause: Clause, _ document: Document) -> Int {
    let tokens = document.tokens[clause.field] ?? []
    let first = clause.slots[0]
    return tokens.count { start in
      guard stands(first, start) else { return false }
      return clause.slots.allSatisfy { slot in
        let place = start.position - first.offset + slot.offset
        return tokens.contains { $0.position == place && stands(slot, $0) }
      }
    }
  }

  private func weight(_ slot: Slot, _ field: Field) -> Float {
    var docFreq = 0
    for key in slot.keys {
      var single = slot
      single.keys = [key]
      docFreq = max(
        docFreq, documents.count { ($0.tokens[field] ?? []).contains { stands(single, $0) } })
    }
    let (n, df) = (Double(documents.count), Double(docFreq))
    return Float(log(1 + (n - df + 0.5) / (df + 0.5)))
  }

  private func score(_ clauses: [Clause], _ document: Document) -> Float {
    var sum = 0.0
    var groups: [(clause: Clause, count: Int)] = []
    for clause in clauses {
      if let index = groups.firstIndex(where: {
        $0.clause.identity == clause.identity && $0.clause.boost == clause.boost
      }) {
        groups[index].count += 1
      } else {
        groups.append((clause, 1))
      }
    }
    groups.sort {
      $0.clause.identity != $1.clause.identity
        ? $0.clause.identity.lexicographicallyPrecedes($1.clause.identity)
        : $0.clause.boost < $1.clause.boost
    }
    for (clause, count) in groups {
      let frequency = frequency(clause, document)
      guard frequency > 0 else { continue }
      let weights = clause.slots.reduce(0.0) { $0 + Double(weight($1, clause.field)) }
      let total = documents.reduce(0) { $0 + ($1.lengths[clause.field] ?? 0) }
      let average = Double(total) / Double(documents.count)
      let a = Float(options.k1 * (1 - options.b))
      let c = Float(options.k1 * options.b / average)
      let k = a + c * Float(document.lengths[clause.field] ?? 0)
      let tf = Float(frequency)
      let s = Float(weights) * (tf / (tf + k))
      sum += clause.boost * Double(count) * Double(s)
    }
    return Float(sum)
  }
}
