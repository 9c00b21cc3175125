import LedeCodecs

extension IndexWriter {
  /// What kind of thing a root is.
  public enum RootKind: Sendable, Equatable {
    case file
    case directory
    case standardInput
  }

  /// Remembers a path that the user gave; the next commit writes it down. A path comes once.
  public func record(root path: String, kind: RootKind) {
    let root = Ledger.Root(path: path, kind: kind.encoded)
    if let index = ledger.roots.firstIndex(where: { $0.path == path }) {
      ledger.roots[index] = root
    } else {
      ledger.roots.append(root)
    }
  }

  /// Remembers an input that was read; the next commit writes it down. The last word on a path stays.
  ///
  /// - Parameters:
  ///   - path: of the input, as its articles name it.
  ///   - size: bytes as on the disk.
  ///   - modificationTime: nanoseconds since 1970.
  ///   - contentHash: FNV-1a 64 over the lengths and content hashes of its records.
  ///   - articleCount: articles that the readers made of it.
  public func record(
    input path: String, size: UInt64, modificationTime: Int64, contentHash: UInt64,
    articleCount: Int
  ) {
    let input = Ledger.Input(
      path: path, size: size, mtime: modificationTime, contentHash: contentHash,
      articleCount: UInt64(max(0, articleCount)))
    if let index = inputNumbers[path] {
      ledger.inputs[index] = input
    } else {
      inputNumbers[path] = ledger.inputs.count
      ledger.inputs.append(input)
    }
  }
}

extension IndexWriter.RootKind {
  fileprivate var encoded: Ledger.Root.Kind {
    switch self {
    case .file: .file
    case .directory: .directory
    case .standardInput: .standardInput
    }
  }
}
