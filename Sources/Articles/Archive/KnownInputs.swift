import LedeModel

/// Where an input lies: a root as the user named it, and the path below it that its keys are made of.
public struct InputPlace: Sendable, Hashable {
  public var root: String
  public var key: String

  public init(root: String, key: String) {
    self.root = root
    self.key = key
  }
}

/// An input as it was when it was read before.
public struct KnownInput: Sendable, Equatable {
  /// Bytes on disk.
  public var size: UInt64
  /// Nanoseconds since 1970 of its last modification; nil when that proves nothing, since a later
  /// change could have the same.
  public var modificationTime: Int64?
  /// As in ``InputSummary/contentHash``.
  public var contentHash: UInt64
  /// Records that were read, where there may be more: `contentHash` is theirs. nil when all were.
  public var recordsSoFar: Int?

  public init(
    size: UInt64, modificationTime: Int64?, contentHash: UInt64, recordsSoFar: Int? = nil
  ) {
    self.size = size
    self.modificationTime = modificationTime
    self.contentHash = contentHash
    self.recordsSoFar = recordsSoFar
  }
}

/// Inputs that were read before, and need not be read again while they are unchanged.
///
/// One of the size and modification time that are known is not opened. One of the size and another
/// time is read to compare its content, and its articles are handed out only if that differs. One of
/// which only the first records are known is read from its beginning, too, but gives only the others.
public struct KnownInputs: Sendable {
  private var roots: [String: [String: KnownInput]]

  /// - Parameter roots: by the root as the user named it, what is known below it, by key.
  public init(_ roots: [String: [String: KnownInput]] = [:]) { self.roots = roots }

  /// What is known of an input.
  public subscript(place: InputPlace) -> KnownInput? { roots[place.root]?[place.key] }

  /// Whether nothing is known.
  public var isEmpty: Bool { roots.allSatisfy { $0.value.isEmpty } }
}

extension KnownInput {
  /// What `stat` says of a file settles that it is unchanged.
  func isUnchanged(_ status: FileStatus) -> Bool {
    recordsSoFar == nil && hasStatus(status)
  }

  /// Whether reading the file can show that it is unchanged.
  func mayBeUnchanged(_ status: FileStatus) -> Bool {
    recordsSoFar == nil && status.kind == .file && status.size == size
  }

  /// Whether `stat` says that it is the file that was read.
  func hasStatus(_ status: FileStatus) -> Bool {
    status.kind == .file && status.size == size && status.modificationTime == modificationTime
  }
}
