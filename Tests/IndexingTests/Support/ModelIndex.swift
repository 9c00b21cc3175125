import LedeAnalysis
import LedeModel

/// What an index must say about its live articles, kept in plain dictionaries.
///
/// Built from the analyzer's tokens of whole texts and from nothing else of the writer: no streams,
/// no pieces, no segments.
struct ModelIndex {
  typealias Positions = [String: [UInt32]]

  /// What one field of one index holds.
  struct FieldModel {
    /// Surface → key of the article → positions.
    var surfaces: [[UInt8]: Positions] = [:]
    /// Class → key of the article → termFreq.
    var classes: [[UInt8]: [String: UInt32]] = [:]
    /// Fold → surfaces of words, the fold itself included where it is a surface.
    var folds: [[UInt8]: Set<[UInt8]>] = [:]
    /// Key of the article → units.
    var lengths: [String: UInt32] = [:]
  }

  var articles: [String: Article] = [:]
  /// Keys in the order in which their live versions were added.
  var order: [String] = []
  let analyzer: Analyzer

  init(_ language: Language) throws { analyzer = try Analyzer(language: language) }

  /// - Returns: whether an article of that key was there.
  @discardableResult
  mutating func add(_ article: Article) -> Bool {
    let existed = delete(article.key)
    articles[article.key] = article
    order.append(article.key)
    return existed
  }

  @discardableResult
  mutating func delete(_ key: String) -> Bool {
    guard articles.removeValue(forKey: key) != nil else { return false }
    order.removeAll { $0 == key }
    return true
  }

  func field(_ field: Field) -> FieldModel {
    var model = FieldModel()
    for key in order {
      guard let article = articles[key] else { continue }
      var words: Set<[UInt8]> = []
      var length: UInt32 = 0
      for (term, kind, position) in tokens(of: article, field, &length) {
        model.surfaces[term, default: [:]][key, default: []].append(position)
        if kind == .word { words.insert(term) }
        if kind == .word { model.classes[stemClass(term), default: [:]][key, default: 0] += 1 }
      }
      for word in words { model.folds[fold(word), default: []].insert(word) }
      model.lengths[key] = length
    }
    for fold in model.folds.keys where model.surfaces[fold] != nil {
      model.folds[fold]?.insert(fold)
    }
    return model
  }

  private func tokens(
    of article: Article, _ field: Field, _ length: inout UInt32
  ) -> [(term: [UInt8], kind: Token.Kind, position: UInt32)] {
    var batch = TokenBatch()
    analyzer.analyze(article.title, into: &batch)
    length = batch.positionCount
    if field == .text {
      let titleLength = batch.positionCount
      batch.positionCount = titleLength == 0 ? 0 : titleLength + 100
      let start = batch.positionCount
      analyzer.analyze(article.body, into: &batch)
      length = titleLength + (batch.positionCount - start)
    }
    return batch.tokens.map { (Array(batch.bytes[batch.termRange(of: $0)]), $0.kind, $0.position) }
  }

  func stemClass(_ surface: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    surface.withUnsafeBufferPointer { analyzer.stemClass(ofSurface: $0, into: &result) }
    return result
  }

  func fold(_ surface: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    surface.withUnsafeBufferPointer { analyzer.fold($0, into: &result) }
    return result
  }
}
