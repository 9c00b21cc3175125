/// Finds the inputs below the paths given, in byte order of their paths, without following any
/// symbolic link that it meets on its way (a link that the user names is followed).
struct InputWalker {
  enum Item {
    case standardInput
    case file(path: PathBytes, InputPlace, isNamed: Bool)
    case skipped(path: PathBytes, InputPlace, SkipReason)
    case failed(path: PathBytes, InputPlace, Problem)
  }

  private struct Frame {
    var path: PathBytes
    /// Path relative to the root; empty for the root itself.
    var key: PathBytes
    var root: PathBytes?
    var listing: DirectoryListing
    var next = 0
  }

  private struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  private var roots: [PathBytes]
  private var nextRoot = 0
  private var rootName = ""
  private var frames: [Frame] = []
  private var excluded: Set<Identity> = []

  init(paths: [String], excludedDirectories: [String]) {
    var seen: Set<[UInt8]> = []
    roots = paths.map { Array($0.utf8) }.filter { seen.insert($0).inserted }
      .sorted { $0.lexicographicallyPrecedes($1) }.map { PathBytes(bytes: $0) }
    for directory in excludedDirectories {
      if case .success(let status) = Posix.status(of: PathBytes(directory), followingLink: true) {
        excluded.insert(Identity(device: status.device, inode: status.inode))
      }
    }
  }

  mutating func next() -> Item? {
    while true {
      if let index = frames.indices.last {
        if frames[index].next < frames[index].listing.count {
          let (name, kind) = frames[index].listing.entry(frames[index].next)
          frames[index].next += 1
          if let item = visit(name, kind, in: index) { return item }
        } else {
          frames.removeLast()
        }
      } else if nextRoot < roots.count {
        nextRoot += 1
        rootName = roots[nextRoot - 1].text
        if let item = begin(roots[nextRoot - 1]) { return item }
      } else {
        return nil
      }
    }
  }

  // MARK: Roots

  private mutating func begin(_ root: PathBytes) -> Item? {
    if root.bytes == Array("-".utf8) { return .standardInput }
    switch Posix.status(of: root, followingLink: true) {
    case .failure(let failure):
      return .failed(path: root, place(root), Self.problem(root, failure))
    case .success(let status):
      if status.kind != .directory {
        return .file(path: root, place(named(root)), isNamed: true)
      }
      return enter(trimmed(root), key: PathBytes(bytes: []), root: nil)
    }
  }

  /// A place below the root that is being walked.
  private func place(_ key: PathBytes) -> InputPlace {
    InputPlace(root: rootName, key: key.text)
  }

  /// `./a.txt` and `a.txt` are one key.
  private func named(_ path: PathBytes) -> PathBytes {
    var bytes = path.bytes[...]
    while bytes.starts(with: Array("./".utf8)) {
      bytes = bytes.dropFirst(2).drop { $0 == UInt8(ascii: "/") }
    }
    return PathBytes(bytes: Array(bytes))
  }

  private func trimmed(_ path: PathBytes) -> PathBytes {
    var bytes = path.bytes
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return PathBytes(bytes: bytes)
  }

  // MARK: Folders

  private mutating func enter(_ path: PathBytes, key: PathBytes, root: PathBytes?) -> Item? {
    if !excluded.isEmpty, case .success(let status) = Posix.status(of: path, followingLink: true),
      excluded.contains(Identity(device: status.device, inode: status.inode))
    {
      return .skipped(path: path, place(key), .excluded)
    }
    do throws(SystemFailure) {
      let listing = try DirectoryListing(of: path)
      let root = root ?? Posix.realPath(of: path)
      frames.append(Frame(path: path, key: key, root: root, listing: listing))
      return nil
    } catch {
      return .failed(path: path, place(key), Self.problem(path, error))
    }
  }

  private mutating func visit(
    _ name: ArraySlice<UInt8>, _ kind: FileStatus.Kind, in index: Int
  ) -> Item? {
    let frame = frames[index]
    let path =
      frame.path.bytes == Array(".".utf8)
      ? PathBytes(bytes: Array(name))
      : frame.path.appending(name)
    let key = frame.key.appending(name)
    if name.first == UInt8(ascii: ".") { return .skipped(path: path, place(key), .hidden) }
    switch kind {
    case .directory: return enter(path, key: key, root: frame.root)
    case .file: return .file(path: path, place(key), isNamed: false)
    case .link: return .skipped(path: path, place(key), reason(forLink: path, root: frame.root))
    case .other: return .skipped(path: path, place(key), .notRegular)
    }
  }

  private func reason(forLink path: PathBytes, root: PathBytes?) -> SkipReason {
    guard let root, let target = Posix.realPath(of: path) else { return .linkOutOfRoot }
    let prefix =
      root.bytes.last == UInt8(ascii: "/") ? root.bytes : root.bytes + [UInt8(ascii: "/")]
    return target.bytes.starts(with: prefix) || target == root ? .symbolicLink : .linkOutOfRoot
  }

  static func problem(_ path: PathBytes, _ failure: SystemFailure) -> Problem {
    let reason = failure.reason
    if failure.isMissing {
      return Problem(
        .error, .notFound, path: path.text, reason: reason, remedy: "check the path")
    }
    let remedy = failure.isDenied ? "grant read permission, for example with chmod +r" : "try again"
    return Problem(.error, .unreadable, path: path.text, reason: reason, remedy: remedy)
  }
}
