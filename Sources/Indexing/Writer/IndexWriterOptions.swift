import LedeAnalysis

/// How an index is written. The language and whether text is stored are fixed by its first commit.
public struct IndexWriterOptions: Sendable, Equatable {
  /// The stemmer that forms the classes of words.
  public var language: Language
  /// False keeps key, title, date and source of an article, not its text.
  public var storesText: Bool
  /// zlib's level for stored text, 1 (fastest) to 9 (smallest).
  public var compressionLevel: Int
  /// Bytes of memory that articles may take before they are flushed to a segment, what the flush
  /// itself needs included. Neither stored text nor mapped files count.
  public var memoryBudget: Int
  /// Merges segments after a commit as they pile up, so that many commits do not make searches slow:
  /// an article is written once per eightfold growth of its segment.
  public var mergesSegments = true
  /// Does those merges on a thread of their own while the writer goes on: a commit takes no longer, and
  /// a later one makes the merged segment visible (``IndexWriter/finishMerges()``). False merges
  /// before ``IndexWriter/commit()`` returns, so that segments follow from what was added alone.
  public var mergesInBackground = false
  /// Bytes of segments that a merge in background deals with in a second at most; nil for no limit.
  public var mergeBytesPerSecond: Int?

  /// Threads that read, analyse, compress and encode, the caller's included. What is written does not
  /// depend on their number.
  public var threads: Int {
    didSet { precondition(threads > 0, "the caller is a thread") }
  }

  /// Keeps the whole process below 1 GB: the budget, the text being compressed, one article of
  /// the largest size, and the reader's buffers.
  public static var defaultMemoryBudget: Int { 640 << 20 }
  /// An article's title and body together are at most 64 MiB of UTF-8.
  public static var maximumTextSize: Int { 64 << 20 }
  /// A key is at most 4 KiB of UTF-8.
  public static var maximumKeySize: Int { 4 << 10 }

  public init(
    language: Language = .english, storesText: Bool = true, compressionLevel: Int = 4,
    memoryBudget: Int = IndexWriterOptions.defaultMemoryBudget, threads: Int = 1
  ) {
    precondition(threads > 0, "the caller is a thread")
    precondition((1...9).contains(compressionLevel), "zlib's levels are 1 to 9")
    precondition(memoryBudget > 0, "a budget is positive")
    self.language = language
    self.storesText = storesText
    self.compressionLevel = compressionLevel
    self.memoryBudget = memoryBudget
    self.threads = threads
  }
}
