import LedeAnalysis
import LedeCodecs
import LedeStorage

/// Mends a damaged index: healthy segments stay as they are, and of a damaged one the documents
/// whose texts are intact are indexed again.
///
/// Nothing is changed before all is written; the commit is the usual one, a new manifest. What was
/// damaged is kept aside under its name with `.damaged` behind it.
public enum IndexRepair {
  /// What a repair may do, and what it is told.
  public struct Options: Sendable {
    /// Finds out and reports what would be done, and changes nothing.
    public var isDryRun = false
    /// False removes damaged files instead of keeping them aside.
    public var keepsDamaged = true
    /// The index's language, needed when the manifest is lost and texts cannot tell.
    public var language: Language?

    public init() {}
  }

  /// Ending of the name that a damaged file is kept under.
  static let asideSuffix = ".damaged"

  /// Repairs the index in a directory.
  ///
  /// - Throws: when another writer is at work, the index is of another analyzer or format version,
  ///   nothing of an index is there, or the disk fails; the index is then as it was.
  /// - Complexity: as verifying, and indexing the documents of damaged segments.
  public static func repair(
    directory: String, options: Options = Options()
  ) throws(IndexingError) -> RepairReport {
    try repair(directory: directory, options: options, fileSystem: PosixFileSystem())
  }

  package static func repair(
    directory: String, options: Options, fileSystem: any FileSystem
  ) throws(IndexingError) -> RepairReport {
    let lock = try lock(directory, options, fileSystem)
    return try withExtendedLifetime(lock) { () throws(IndexingError) in
      let run = RepairRun(directory, options, fileSystem)
      do throws(RepairFailure) {
        return try run.repair()
      } catch {
        switch error {
        case .format(let error): throw .format(error)
        case .indexing(let error): throw error
        }
      }
    }
  }

  private static func lock(
    _ directory: String, _ options: Options, _ fileSystem: any FileSystem
  ) throws(IndexingError) -> FileLock? {
    if options.isDryRun { return nil }
    do throws(StorageError) {
      return try fileSystem.lock(indexPath(directory, .lock))
    } catch {
      if case .locked(let path) = error { throw .locked(path: path) }
      throw .format(.storage(error))
    }
  }
}

/// Why a repair could not be made.
enum RepairFailure: Error {
  case format(FormatError)
  case indexing(IndexingError)

  static func wrapping<Result>(
    _ body: () throws(FormatError) -> Result
  ) throws(RepairFailure) -> Result {
    do throws(FormatError) {
      return try body()
    } catch { throw .format(error) }
  }
}

/// A segment of the index, and what is left of it.
struct RepairPart {
  var entry: ManifestSegment
  /// The segment, when its file is sound.
  var reader: SegmentReader?
  /// What can be read of it when its file is damaged.
  var salvaged: SalvagedSegment?
  /// What is wrong with the segment's file, and with the live file.
  var damage: FormatError?
  var liveDamage: FormatError?
  /// Which documents are live, as far as is known.
  var live: LiveBits
  /// Whether that is sure.
  var knowsLive = true

  var isHealthy: Bool { damage == nil && liveDamage == nil }

  func key(of doc: UInt32) -> [UInt8]? {
    if let reader { return try? reader.keys.bytes(of: doc) }
    return salvaged?.key(of: doc)
  }

  /// The last document with a key, if it is sure: of damaged ranks two documents may have the same.
  func find(_ key: [UInt8]) -> UInt32? {
    guard let found = (try? (reader?.keys ?? salvaged?.keys)?.find(key)) ?? nil,
      self.key(of: found) == key
    else { return nil }
    return found
  }

  /// Which of two versions of an article is the newer one; damaged numbers lose.
  func age(of doc: UInt32) -> (sequence: UInt64, id: UInt64) {
    (reader?.sequence(of: doc) ?? salvaged?.sequence(of: doc) ?? 0, entry.id)
  }
}
