import LedeStorage

/// What is wrong with a file of an index.
public enum FormatError: Error, Equatable, CustomStringConvertible {
  /// Bytes are not what the format says; `offset` counts from the start of the file.
  case corrupt(path: String, offset: UInt64, section: String, reason: String)
  /// Written in a format version that this program no longer reads.
  case tooOld(path: String, version: UInt32)
  /// Written in a later format version than this program knows.
  case tooNew(path: String, version: UInt32)
  /// Another kind of file altogether.
  case notAnIndexFile(path: String)
  /// One article is larger than a record may be, counted in bytes.
  case tooLarge(key: String, bytes: Int, limit: Int)
  /// The operating system refused.
  case storage(StorageError)

  /// The file concerned, if one is.
  public var path: String? {
    switch self {
    case .corrupt(let path, _, _, _), .tooOld(let path, _), .tooNew(let path, _),
      .notAnIndexFile(let path), .storage(.io(_, let path, _)), .storage(.locked(let path)):
      path
    case .tooLarge, .storage(.compression): nil
    }
  }

  public var description: String {
    switch self {
    case .corrupt(let path, let offset, let section, let reason):
      "\(path) is corrupt at byte \(offset) (\(section)): \(reason); restore the index from a "
        + "backup or build it again from its archive"
    case .tooOld(let path, let version):
      "\(path) is of format version \(version), older than \(Envelope.oldestVersion), the oldest "
        + "that this program reads; build the index again"
    case .tooNew(let path, let version):
      "\(path) is of format version \(version), newer than \(Envelope.version), the newest that "
        + "this program reads; update lede"
    case .notAnIndexFile(let path):
      "\(path) is not a file of an index: it does not begin with LEDE; check the path of the index"
    case .tooLarge(let key, let bytes, let limit):
      "the article \(key) takes \(bytes) bytes, more than the \(limit) of one record; split it"
    case .storage(let error):
      error.description
    }
  }
}

extension FormatError {
  /// Runs `body` and gives a storage error that it throws its place among the format's.
  package static func wrapping<Result: ~Copyable>(
    _ body: () throws(StorageError) -> Result
  ) throws(FormatError) -> Result {
    do {
      return try body()
    } catch { throw .storage(error) }
  }
}
