/// The entries of one folder in the byte order of the paths below it, in a few bytes per entry:
/// scraped archives keep a million files in one folder.
struct DirectoryListing {
  private var arena: [UInt8] = []
  /// Start of each entry in the arena: kind byte, name, zero.
  private var starts: [Int] = []

  private static let directory: UInt8 = 1
  private static let file: UInt8 = 2
  private static let link: UInt8 = 3
  private static let other: UInt8 = 4

  var count: Int { starts.count }

  init(of path: PathBytes) throws(SystemFailure) {
    var arena: [UInt8] = []
    var starts: [Int] = []
    try Posix.list(path) { name, kind in
      starts.append(arena.count)
      let known = kind ?? Self.kind(of: path.appending(name))
      switch known {
      case .directory: arena.append(Self.directory)
      case .file: arena.append(Self.file)
      case .link: arena.append(Self.link)
      case .other: arena.append(Self.other)
      }
      arena.append(contentsOf: name)
      arena.append(0)
    }
    self.arena = arena
    self.starts = starts
    sort()
  }

  private static func kind(of path: PathBytes) -> FileStatus.Kind {
    switch Posix.status(of: path, followingLink: false) {
    case .success(let status): status.kind
    // It vanished meanwhile: opening it will tell.
    case .failure: .file
    }
  }

  /// A folder sorts as its name with a slash, as it appears in the paths of its files: `a.txt`
  /// comes before `a/b.txt`, since `.` is less than `/`.
  private mutating func sort() {
    let slash = UInt8(ascii: "/")
    arena.withUnsafeBufferPointer { arena in
      starts.sort { left, right in
        var i = left + 1
        var j = right + 1
        // Safe: every name ends in a zero within the arena, and the loop stops at the first.
        while arena[i] == arena[j], arena[i] != 0 {
          i += 1
          j += 1
        }
        let leftByte = arena[i] == 0 && arena[left] == Self.directory ? slash : arena[i]
        let rightByte = arena[j] == 0 && arena[right] == Self.directory ? slash : arena[j]
        return leftByte < rightByte
      }
    }
  }

  func entry(_ index: Int) -> (name: ArraySlice<UInt8>, kind: FileStatus.Kind) {
    let start = starts[index]
    let name = arena[(start + 1)...].prefix { $0 != 0 }
    let kind: FileStatus.Kind =
      switch arena[start] {
      case Self.directory: .directory
      case Self.file: .file
      case Self.link: .link
      default: .other
      }
    return (name, kind)
  }
}
