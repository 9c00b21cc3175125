import LedeModel
import LedeStorage

/// Reads stored articles one after the other and inflates a block once for all its articles.
///
/// Not thread-safe: one per thread.
package final class StoredArticlesCursor {
  private let articles: StoredArticles
  private let inflater: Inflater
  private let keepsWholeBlocks: Bool
  private var current: Int?
  private var content: [UInt8] = []

  package convenience init(_ articles: StoredArticles) {
    self.init(articles, keepsWholeBlocks: true)
  }

  /// - Parameter keepsWholeBlocks: false inflates only up to the article that is asked for.
  init(_ articles: StoredArticles, keepsWholeBlocks: Bool) {
    self.articles = articles
    self.keepsWholeBlocks = keepsWholeBlocks
    inflater = Inflater(dictionary: articles.dictionary)
  }

  /// The whole article, body empty when texts are not stored.
  package func article(_ doc: UInt32) throws(FormatError) -> Article {
    precondition(doc < articles.docCount, "a docID is below the segment's docCount")
    let block = try articles.block(of: doc)
    let (bytes, rawLength) = try articles.block(block)
    let range = try articles.recordRange(doc, block: block, rawLength: rawLength)
    try load(block, bytes, upTo: keepsWholeBlocks ? rawLength : range.upperBound, of: rawLength)
    var article = try record(doc, block, range)
    article.key = try articles.keys.key(of: doc)
    article.date = articles.columns.date(doc)
    article.source = try articles.columns.source(doc)
    article.category = try articles.columns.category(doc)
    article.language = try articles.columns.language(doc)
    return article
  }

  private func record(
    _ doc: UInt32, _ block: Int, _ range: Range<Int>
  ) throws(FormatError) -> Article {
    let record: (article: Article, hasText: Bool)?
    record = content.withUnsafeBytes { content in
      try? StoredRecord.read(UnsafeRawBufferPointer(rebasing: content[range]))
    }
    guard let record, record.hasText == articles.hasText else {
      throw articles.region.corrupt(
        at: articles.offset(ofBlock: block), "the record of document \(doc) makes no sense")
    }
    return record.article
  }

  private func load(
    _ block: Int, _ bytes: UnsafeRawBufferPointer, upTo count: Int, of rawLength: Int
  ) throws(FormatError) {
    if current == block, content.count >= count { return }
    current = nil
    var failure: InflateError?
    content = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(InflateError) {
        try inflater.inflate(
          bytes, into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count),
          isWhole: count == rawLength)
        initialized = count
      } catch { failure = error }
    }
    if let failure {
      throw articles.region.corrupt(
        at: articles.offset(ofBlock: block), "block \(block) does not inflate: \(failure)")
    }
    current = block
  }
}
