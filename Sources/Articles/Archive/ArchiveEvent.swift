import LedeModel

/// What an `ArchiveReader` hands out, in the order in which the archive gives it.
public enum ArchiveEvent: Sendable {
  /// An input gives articles: comes before the first of them.
  case began(InputPlace)
  /// An input whose first records are known gives those after them.
  case resumed(InputPlace)
  /// What has been found so far in an input that goes on: comes every thousand records.
  case checkpoint(InputSummary)
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
    /// It is as it was when it was read before: its articles were not handed out.
    case unchanged
  }

  /// The input as the user named it, or as it was found under what the user named.
  public var path: String
  public var place: InputPlace
  public var outcome: Outcome
  /// Bytes that were read (compressed, where the input is).
  public var size: UInt64 = 0
  /// Bytes on disk when it was opened; 0 for standard input.
  public var fileSize: UInt64 = 0
  /// Modification time in nanoseconds since 1970; 0 for standard input.
  public var modificationTime: Int64 = 0
  /// Whether every change since it was opened must show in the modification time: false where it
  /// was modified within two seconds before, the coarsest clock of a file system, or after.
  public var isSettled = false
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

  public init(path: String, place: InputPlace, outcome: Outcome) {
    self.path = path
    self.place = place
    self.outcome = outcome
  }

  /// The path that keys are made of: relative to the root given.
  public var key: String { place.key }
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
