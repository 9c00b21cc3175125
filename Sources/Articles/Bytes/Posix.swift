#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A path as the operating system has it: any bytes but zero.
struct PathBytes: Equatable {
  var bytes: [UInt8]

  init(_ text: some StringProtocol) { bytes = Array(text.utf8) }
  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The path for people and for keys: bytes that are not UTF-8 appear as `\xNN`, so that two
  /// different paths stay different.
  var text: String {
    if let valid = String(validating: bytes, as: UTF8.self) { return valid }
    var escaped: [UInt8] = []
    let hex = Array("0123456789abcdef".utf8)
    bytes.withUnsafeBytes { raw in
      var at = 0
      while at < raw.count {
        let length = UTF8Scan.validLength(raw, at: at)
        if length > 0 {
          escaped.append(contentsOf: raw[at..<at + length])
          at += length
        } else {
          let byte = Int(raw[at])
          escaped += [UInt8(ascii: "\\"), UInt8(ascii: "x"), hex[byte >> 4], hex[byte & 15]]
          at += 1
        }
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  /// Joins with a slash; an empty path stands for the folder itself.
  func appending(_ name: some Sequence<UInt8>) -> PathBytes {
    var joined = bytes
    if let last = joined.last, last != UInt8(ascii: "/") { joined.append(UInt8(ascii: "/")) }
    joined.append(contentsOf: name)
    return PathBytes(bytes: joined)
  }

  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    var terminated = bytes.map { CChar(bitPattern: $0) }
    terminated.append(0)
    return terminated.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return body([0]) }
      return body(base)
    }
  }
}

/// A failed system call.
struct SystemFailure: Error, Equatable {
  var code: Int32

  static var current: SystemFailure { SystemFailure(code: errno) }

  var isMissing: Bool { code == ENOENT || code == ENOTDIR }
  var isDenied: Bool { code == EACCES || code == EPERM }

  /// What the system says, such as `Permission denied`.
  var reason: String {
    guard let message = strerror(code) else { return "error \(code)" }
    return String(cString: message)
  }
}

/// What `stat` tells about a path.
struct FileStatus {
  enum Kind { case file, directory, link, other }

  var kind: Kind
  var size: UInt64
  /// Nanoseconds since 1970.
  var modificationTime: Int64
  var device: UInt64
  var inode: UInt64

  /// Whether a change from now on must give the file another modification time.
  ///
  /// FAT counts in two seconds, others finer; a time in the future settles nothing.
  func isSettled(now: Int64) -> Bool { modificationTime < now &- 2_000_000_000 }

  init(_ raw: stat) {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    size = UInt64(clamping: raw.st_size)
    #if canImport(Darwin)
      let time = raw.st_mtimespec
    #else
      let time = raw.st_mtim
    #endif
    modificationTime = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    device = UInt64(truncatingIfNeeded: raw.st_dev)
    inode = UInt64(truncatingIfNeeded: raw.st_ino)
  }
}

/// The few calls that reading an archive needs.
enum Posix {
  static func status(of path: PathBytes, followingLink: Bool) -> Result<FileStatus, SystemFailure> {
    var raw = stat()
    let code = path.withCString { followingLink ? stat($0, &raw) : lstat($0, &raw) }
    return code == 0 ? .success(FileStatus(raw)) : .failure(.current)
  }

  static func status(of descriptor: Int32) -> Result<FileStatus, SystemFailure> {
    var raw = stat()
    return fstat(descriptor, &raw) == 0 ? .success(FileStatus(raw)) : .failure(.current)
  }

  /// Opens for reading. Never waits for the writer of a pipe; follows a link only where asked to.
  static func open(_ path: PathBytes, followingLink: Bool) -> Result<Int32, SystemFailure> {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followingLink ? 0 : O_NOFOLLOW)
    while true {
      #if canImport(Glibc)
        let descriptor = path.withCString { Glibc.open($0, flags) }
      #elseif canImport(Musl)
        let descriptor = path.withCString { Musl.open($0, flags) }
      #else
        let descriptor = path.withCString { Darwin.open($0, flags) }
      #endif
      if descriptor >= 0 { return .success(descriptor) }
      if errno != EINTR { return .failure(.current) }
    }
  }

  /// Nanoseconds since 1970.
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }

  static func close(_ descriptor: Int32) {
    #if canImport(Glibc)
      _ = Glibc.close(descriptor)
    #elseif canImport(Musl)
      _ = Musl.close(descriptor)
    #else
      _ = Darwin.close(descriptor)
    #endif
  }

  /// Reads up to the buffer's size; 0 at the end.
  static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer
  ) throws(SystemFailure) -> Int {
    while true {
      #if canImport(Glibc)
        let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #elseif canImport(Musl)
        let count = Musl.read(descriptor, buffer.baseAddress, buffer.count)
      #else
        let count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
      if count >= 0 { return count }
      if errno != EINTR { throw .current }
    }
  }

  /// The path with every link resolved; nil where it leads nowhere.
  static func realPath(of path: PathBytes) -> PathBytes? {
    guard let resolved = path.withCString({ realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    let length = strlen(resolved)
    let bytes = UnsafeRawBufferPointer(start: resolved, count: length)
    return PathBytes(bytes: Array(bytes))
  }

  /// Calls back with the name and the kind (nil where the file system does not tell) of every
  /// entry but `.` and `..`, in the system's order.
  static func list(
    _ path: PathBytes, _ body: (UnsafeRawBufferPointer, FileStatus.Kind?) -> Void
  ) throws(SystemFailure) {
    guard let directory = path.withCString({ opendir($0) }) else { throw .current }
    defer { closedir(directory) }
    let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    while true {
      errno = 0
      guard let entry = readdir(directory) else { break }
      let start = UnsafeRawPointer(entry) + nameOffset
      let length = strlen(start.assumingMemoryBound(to: CChar.self))
      let name = UnsafeRawBufferPointer(start: start, count: length)
      if length <= 2, name.allSatisfy({ $0 == UInt8(ascii: ".") }) { continue }
      let kind: FileStatus.Kind? =
        switch Int(entry.pointee.d_type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .directory
        case Int(DT_LNK): .link
        case Int(DT_UNKNOWN): nil
        default: .other
        }
      body(name, kind)
    }
    if errno != 0 { throw .current }
  }
}
