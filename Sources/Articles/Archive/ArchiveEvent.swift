import LedeModel

/// What an `ArchiveReader` hands out, in the order in which the archive gives it.
public enum ArchiveEvent: Sendable {
  case article(Article)
  case problem(Problem)
  /// The input has come to its end, or could not be begun. Exactly one per input, after all of
  /// its articles and problems.
  case input(InputSummary)
}

/// What became of one input: a file, standard input, or a path that turned out to be neither.
public struct InputSummary: Sendable, Equatable {
  /// How the reading of an input ended.
  public enum Outcome: Sendable, Equatable {
    /// Read to its end; single records may have been refused.
    case read
    /// Read up to some damage; the articles before it were kept.
    case damaged
    /// Nothing to be read by intention: no problem.
    case skipped(SkipReason)
    /// Nothing could be read.
    case failed
  }

  /// The input as the user named it, or as it was found under what the user named.
  public var path: String
  /// The path that keys are made of: relative to the root given.
  public var key: String
  public var outcome: Outcome
  /// Bytes on disk as they were read (compressed, where the input is).
  public var size: UInt64 = 0
  /// Modification time in nanoseconds since 1970; 0 for standard input.
  public var modificationTime: Int64 = 0
  /// FNV-1a 64 over the (length, content hash) pairs of the records, little-endian, in order:
  /// changes when any record does, and costs nothing beside the hashes that records carry anyway.
  public var contentHash: UInt64 = FowlerNollVo().value
  /// Articles handed out.
  public var articleCount = 0
  /// Records found: articles and refused ones.
  public var recordCount = 0
  /// Problems counted, but not handed out, because the input has many of the same kind.
  public var suppressedProblems = 0
  /// How the text was encoded; nil where no text was reached.
  public var encoding: TextEncoding?
  public var isCompressed = false

  public init(path: String, key: String, outcome: Outcome) {
    self.path = path
    self.key = key
    self.outcome = outcome
  }
}

/// Why an input was passed over.
public enum SkipReason: String, Sendable, CaseIterable {
  /// A name that no reader claims, such as `README.md` or `photo.jpg`.
  case notAnArticleFormat
  /// A file or folder whose name begins with a dot.
  case hidden
  /// A symbolic link whose target lies under the root, where it is read in its own place.
  case symbolicLink
  /// A symbolic link that leads out of the root, or nowhere.
  case linkOutOfRoot
  /// A pipe, socket or device inside a folder.
  case notRegular
  case empty
  /// A folder that the options exclude.
  case excluded
}
