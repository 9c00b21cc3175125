import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage

/// Adds, replaces and deletes the articles of an index, all or nothing up to each ``commit()``.
///
/// One writer at a time per directory; the lock goes with the writer or its process, however they
/// end. Readers see the last commit meanwhile. Articles gather in memory and are flushed to segments
/// as the budget demands; ``commit()`` makes them visible and durable together.
///
/// After an error that does not concern a single article (``IndexingError/concernsOneArticle``) the
/// writer takes nothing more until ``rollback()``; the last commit stays as it is.
///
/// Not `Sendable`: used by one thread at a time.
public final class IndexWriter {
  /// What became of an article.
  public enum AddOutcome: Sendable, Equatable {
    case added
    /// It took the place of an earlier one of its key.
    case replaced
    /// It took the place of one that another input of the ledger gave.
    case overtook(InputNumber)

    /// Whether an article of its key was there before.
    public var isReplacement: Bool { self != .added }
  }

  /// Path of the index.
  public let directory: String
  public let options: IndexWriterOptions

  let fileSystem: any FileSystem
  private let lock: FileLock
  private let identity: AnalyzerIdentity
  let analyzer: Analyzer
  private let pool: WorkerPool
  private let analyzers: AnalyzerPool

  /// The last commit; nil when there was none.
  var committed: CommittedState?
  /// Segments of the last commit and those flushed since, with documents deleted since.
  var segments: [OpenSegment] = []
  /// The articles that are not yet in a segment.
  private(set) var pending: SegmentWriter?
  var ledger = LedgerBook()
  var nextSequence: UInt64 = 0
  var nextSegmentID: UInt64 = 1
  var changes = Changes()
  /// Whether ``IndexFileName/unborn`` says that the index has had no commit.
  var isMarkedUnborn = false
  /// A merge beside the writer's work, until its segment is taken in.
  var background: BackgroundMerge?
  /// Why the writer takes nothing more.
  private var failure: String?

  /// What happened since the last commit.
  struct Changes: Equatable {
    var added = 0
    var replaced = 0
    var deleted = 0
    /// The same articles lie in other segments.
    var isRearranged = false
  }

  /// Opens the index of a directory, or creates both.
  ///
  /// - Throws: ``IndexingError/locked(path:)`` while another writer has it;
  ///   ``IndexingError/analyzerMismatch(directory:index:writer:)`` or
  ///   ``IndexingError/storedTextMismatch(directory:indexStoresText:)`` when what is there was
  ///   written otherwise; ``IndexingError/format(_:)`` when it can't be read.
  public convenience init(
    directory: String, options: IndexWriterOptions = IndexWriterOptions()
  ) throws(IndexingError) {
    try self.init(directory: directory, options: options, fileSystem: PosixFileSystem())
  }

  package init(
    directory: String, options: IndexWriterOptions, fileSystem: any FileSystem
  ) throws(IndexingError) {
    self.directory = directory
    self.options = options
    self.fileSystem = fileSystem
    do throws(AnalysisError) {
      identity = try Analyzer.identity(of: options.language)
      analyzer = try Analyzer(language: options.language)
      analyzers = try AnalyzerPool(language: options.language, count: options.threads)
    } catch { throw .analysis(error) }
    pool = WorkerPool(threadCount: options.threads)
    lock = try Self.lock(directory, fileSystem)
    try restore()
  }

  deinit {
    cancelMerge()
    // What was flushed and never committed is of no use to anyone.
    if failure == nil { removeUncommittedFiles() }
  }

  private static func lock(
    _ directory: String, _ fileSystem: any FileSystem
  ) throws(IndexingError) -> FileLock {
    do throws(StorageError) {
      try fileSystem.createDirectory(directory)
      return try fileSystem.lock(indexPath(directory, .lock))
    } catch {
      if case .locked(let path) = error { throw .locked(path: path) }
      throw .format(.storage(error))
    }
  }

  var encodedIdentity: [UInt8] { identity.encoded }

  /// Refuses a commit whose terms or stored texts are not what this writer would write.
  func checkAgreement(_ manifest: Manifest) throws(IndexingError) {
    guard manifest.analyzer == identity.encoded else {
      throw .analyzerMismatch(
        directory: directory, index: AnalyzerIdentity(encoded: manifest.analyzer),
        writer: identity)
    }
    guard manifest.storesText == options.storesText else {
      throw .storedTextMismatch(directory: directory, indexStoresText: manifest.storesText)
    }
  }

  /// Articles that the index would hold if it were committed now.
  public var documentCount: Int {
    segments.reduce(pending?.liveCount ?? 0) { $0 + $1.live.liveCount }
  }

  /// Adds an article, in place of the one that has its key, if any.
  ///
  /// - Parameter input: that it was read from, as ``beginInput(_:in:)`` has it; nil for none.
  /// - Throws: an error that ``IndexingError/concernsOneArticle`` when it is too large or its key is
  ///   not fit; the index is then as if it had not been offered.
  @discardableResult
  public func add(
    _ article: consuming Article, from input: InputNumber? = nil
  ) throws(IndexingError) -> AddOutcome {
    let size = try Self.checkedSize(article)
    try checkUsable()
    return try failing { () throws(FormatError) in
      let replaced = try removeLive(article.key)
      let segment = try pendingSegment(expecting: size)
      try segment.add(article, sequence: nextSequence, input: input?.value ?? 0)
      nextSequence += 1
      if replaced != nil { changes.replaced += 1 } else { changes.added += 1 }
      if segment.isFull || !segment.fits(in: options.memoryBudget) { try flush() }
      return outcome(replaced, by: input)
    }
  }

  /// - Parameter replaced: number of the input of the article that was replaced, 0 for none; nil
  ///   when there was no such article.
  private func outcome(_ replaced: UInt64?, by input: InputNumber?) -> AddOutcome {
    guard let replaced else { return .added }
    guard replaced != 0, replaced != input?.value else { return .replaced }
    ledger.markOvertaken(replaced)
    return .overtook(InputNumber(value: replaced))
  }

  /// Deletes the article of a key; false when there is none.
  @discardableResult
  public func delete(key: String) throws(IndexingError) -> Bool {
    try checkUsable()
    return try failing { () throws(FormatError) in
      let existed = try removeLive(key) != nil
      if existed { changes.deleted += 1 }
      return existed
    }
  }

  /// Makes everything since the last commit visible and durable, or none of it; then merges segments
  /// that have piled up (``IndexWriterOptions/mergesSegments``), in a commit of its own.
  @discardableResult
  public func commit() throws(IndexingError) -> CommitSummary {
    try checkUsable()
    let summary = try failing { () throws(FormatError) in
      try flush()
      installMerge(waiting: false)
      return try writeCommit()
    }
    guard options.mergesSegments else { return summary }
    guard options.mergesInBackground else { return try mergeAsNeeded(summary) }
    startMerge()
    return summary
  }

  /// Goes back to the last commit, and makes a writer that failed usable again if that can be read.
  public func rollback() {
    cancelMerge()
    pending = nil
    if failure == nil { removeUncommittedFiles() }
    do throws(IndexingError) {
      // From the disk: a commit that failed late may have succeeded there.
      try restore()
      failure = nil
    } catch {
      failure = "\(error)"
    }
  }
}

// MARK: - Steps

extension IndexWriter {
  /// Bytes of an article's strings, if the article can be taken.
  private static func checkedSize(_ article: Article) throws(IndexingError) -> Int {
    let keySize = article.key.utf8.count
    guard keySize > 0, keySize <= IndexWriterOptions.maximumKeySize else {
      throw .invalidKey(
        key: article.key, bytes: keySize, limit: IndexWriterOptions.maximumKeySize)
    }
    func count(_ text: String?) -> Int { text?.utf8.count ?? 0 }
    let size =
      article.title.utf8.count + article.body.utf8.count + count(article.source)
      + count(article.url) + count(article.author) + count(article.category)
      + count(article.language)
    guard size <= IndexWriterOptions.maximumTextSize else {
      throw .textTooLarge(
        key: article.key, bytes: size, limit: IndexWriterOptions.maximumTextSize)
    }
    return size
  }

  func checkUsable() throws(IndexingError) {
    if let failure { throw .writerFailed(directory: directory, reason: failure) }
  }

  /// Runs a step that must not fail half way; after an error nothing more is taken.
  func failing<Result>(
    _ step: () throws(FormatError) -> Result
  ) throws(IndexingError) -> Result {
    do throws(FormatError) {
      return try step()
    } catch {
      fail(error)
      throw .format(error)
    }
  }

  /// Takes nothing more, for the reason given.
  func fail(_ error: FormatError) {
    failure = error.description
    pending = nil
  }

  /// Takes the live document of a key away, wherever it is; returns the number of its input, nil when
  /// there is no such document.
  private func removeLive(_ key: String) throws(FormatError) -> UInt64? {
    if let pending, let input = pending.delete(key) { return input }
    for index in segments.indices.reversed() {
      if let doc = try segments[index].liveDocument(withKey: key) {
        segments[index].delete(doc)
        return segments[index].reader.input(of: doc)
      }
    }
    return nil
  }

  /// The segment being built, after a flush when an article of `size` bytes might exceed the budget.
  private func pendingSegment(expecting size: Int) throws(FormatError) -> SegmentWriter {
    if let pending {
      if pending.fits(in: options.memoryBudget, adding: size) { return pending }
      try flush()
    }
    try markUnborn()
    let segment = try SegmentWriter(
      fileSystem: fileSystem, path: indexPath(directory, .segment(id: nextSegmentID)),
      id: nextSegmentID, options: options, pool: pool, analyzers: analyzers)
    nextSegmentID += 1
    pending = segment
    return segment
  }

  /// Writes the articles that wait to a segment of their own.
  func flush() throws(FormatError) {
    guard let segment = pending else { return }
    pending = nil
    // Articles that all died again leave nothing behind; the unfinished file goes away.
    guard segment.liveCount > 0 else { return }
    let live = segment.liveBits
    try segment.finish(analyzers: analyzers)
    segments.append(
      try OpenSegment(
        fileSystem: fileSystem, directory: directory, id: segment.id, live: live))
  }
}
