import LedeModel
import LedeStorage

/// Reads stored articles one after the other and inflates a block once for all its articles.
///
/// Not thread-safe: one per thread.
package final class StoredArticlesCursor {
  private let articles: StoredArticles
  private var inflater: (dictionary: Int, inflater: Inflater)?
  private let keepsWholeBlocks: Bool
  private var current: Int?
  private var content: [UInt8] = []
  /// Ends of the current block's records.
  private var ends: [UInt32] = []

  package convenience init(_ articles: StoredArticles) {
    self.init(articles, keepsWholeBlocks: true)
  }

  /// - Parameter keepsWholeBlocks: false inflates only up to the article that is asked for.
  init(_ articles: StoredArticles, keepsWholeBlocks: Bool) {
    self.articles = articles
    self.keepsWholeBlocks = keepsWholeBlocks
  }

  /// The whole article, body empty when texts are not stored.
  package func article(_ doc: UInt32) throws(FormatError) -> Article {
    let (block, range) = try loadRecord(doc)
    var article = try record(doc, block, range)
    article.key = try articles.keys.key(of: doc)
    article.date = articles.columns?.date(doc)
    article.source = try articles.columns?.source(doc)
    article.category = try articles.columns?.category(doc)
    article.language = try articles.columns?.language(doc)
    return article
  }

  /// The record of a document as it is stored, valid during the call.
  func withRecord<Result>(
    _ doc: UInt32, _ body: (UnsafeRawBufferPointer) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    let (_, range) = try loadRecord(doc)
    return try content.withUnsafeBufferPointer { (content) throws(FormatError) in
      try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: content[range])))
    }
  }

  /// Inflates what is needed for a document's record.
  private func loadRecord(_ doc: UInt32) throws(FormatError) -> (block: Int, range: Range<Int>) {
    precondition(doc < articles.docCount, "a docID is below the segment's docCount")
    let number = try articles.block(of: doc)
    let block = try articles.block(number)
    if current != number {
      current = nil
      content.removeAll(keepingCapacity: true)
      guard block.readEnds(into: &ends) else {
        throw corrupt(number, "the records of block \(number) do not fit it")
      }
      current = number
    }
    let range = block.range(of: Int(doc - block.docs.lowerBound), ends)
    try load(block, number, upTo: keepsWholeBlocks ? block.rawLength : range.upperBound)
    return (number, range)
  }

  private func inflater(forBlock block: Int) throws(FormatError) -> Inflater {
    let dictionary = try articles.dictionary(ofBlock: block)
    if let inflater, inflater.dictionary == dictionary.number { return inflater.inflater }
    let made = Inflater(dictionary: dictionary.bytes)
    inflater = (dictionary.number, made)
    return made
  }

  private func record(
    _ doc: UInt32, _ block: Int, _ range: Range<Int>
  ) throws(FormatError) -> Article {
    let record: (article: Article, hasText: Bool)?
    record = content.withUnsafeBytes { content in
      try? StoredRecord.read(UnsafeRawBufferPointer(rebasing: content[range]))
    }
    guard let record, record.hasText == articles.hasText else {
      throw corrupt(block, "the record of document \(doc) makes no sense")
    }
    return record.article
  }

  private func load(
    _ block: StoredBlock, _ number: Int, upTo count: Int
  ) throws(FormatError) {
    if content.count >= count { return }
    let inflater = try inflater(forBlock: number)
    var failure: InflateError?
    content = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(InflateError) {
        try inflater.inflate(
          block.compressed,
          into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count),
          isWhole: count == block.rawLength)
        initialized = count
      } catch { failure = error }
    }
    if let failure { throw corrupt(number, "block \(number) does not inflate: \(failure)") }
  }

  private func corrupt(_ block: Int, _ reason: String) -> FormatError {
    articles.region.corrupt(at: articles.offset(ofBlock: block), reason)
  }
}
