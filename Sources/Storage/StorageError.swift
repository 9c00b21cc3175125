import SystemPackage

/// What went wrong between the engine and the disk.
public enum StorageError: Error, Equatable, CustomStringConvertible {
  /// A call to the operating system failed.
  case io(operation: String, path: String, errno: Int32)
  /// Another process holds the lock on `path`.
  case locked(path: String)
  /// zlib refused to compress; `code` is its own.
  case compression(code: Int32)

  /// Whether the error says that the file does not exist.
  public var isMissingFile: Bool {
    if case .io(_, _, Errno.noSuchFileOrDirectory.rawValue) = self { return true }
    return false
  }

  public var description: String {
    switch self {
    case .io(let operation, let path, let errno):
      let reason = Errno(rawValue: errno)
      return "cannot \(operation) \(path): \(reason)\(Self.remedy(for: reason))"
    case .locked(let path):
      return "\(path) is locked by another process: wait until it has finished writing this index"
    case .compression(let code):
      return "zlib failed with code \(code): free some memory and try again"
    }
  }

  private static func remedy(for reason: Errno) -> String {
    switch reason {
    case .noSuchFileOrDirectory: "; check the path"
    case .permissionDenied, .notPermitted: "; check the owner and mode of the file and its folder"
    case .noSpace: "; free some space, the last commit is still intact"
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "; raise the limit of open files (ulimit -n)"
    case .readOnlyFileSystem: "; choose an index folder that can be written"
    default: ""
    }
  }
}
