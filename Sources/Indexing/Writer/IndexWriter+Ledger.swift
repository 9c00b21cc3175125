import LedeCodecs

/// What the documents of an index call the input that they were read from: its number in the ledger.
public struct InputNumber: Hashable, Sendable {
  let value: UInt64
}

/// What the ledger of an index knows of an input.
public struct LedgerInput: Sendable, Equatable {
  /// Bytes as on the disk.
  public var size: UInt64
  /// Nanoseconds since 1970.
  public var modificationTime: Int64
  /// Whether a change after it was read must show in the modification time; false when the input
  /// was modified so shortly before that a second change may not.
  public var isSettled: Bool
  /// Whether it was read to its end, and undamaged.
  public var isComplete: Bool
  /// FNV-1a 64 over the lengths and content hashes of its records.
  public var contentHash: UInt64
  /// Stands for the rules that made articles of it: other rules, other articles.
  public var rules: UInt64
  public var articleCount: Int
  /// Records of which no article could be made.
  public var refusedCount: Int

  public init(
    size: UInt64, modificationTime: Int64, isSettled: Bool, isComplete: Bool, contentHash: UInt64,
    rules: UInt64, articleCount: Int, refusedCount: Int
  ) {
    self.size = size
    self.modificationTime = modificationTime
    self.isSettled = isSettled
    self.isComplete = isComplete
    self.contentHash = contentHash
    self.rules = rules
    self.articleCount = articleCount
    self.refusedCount = refusedCount
  }
}

/// The ledger: what was read from where, so that it need not be read again.
///
/// An input is a file, or something like it, that articles come from; it belongs to a root that the
/// user named. Nothing here reads one: the caller tells what it did, and asks what was done before.
extension IndexWriter {
  /// What kind of thing a root is.
  public enum RootKind: Sendable, Equatable {
    case file
    case directory
    case standardInput
  }

  /// A root that was recorded.
  public struct RootNumber: Hashable, Sendable {
    let value: Int
  }

  /// Remembers a path that the user gave; the next commit writes it down.
  ///
  /// - Parameters:
  ///   - path: as the user wrote it.
  ///   - location: the same place for every working directory; one location is one root.
  public func record(root path: String, at location: String, kind: RootKind) -> RootNumber {
    RootNumber(value: ledger.root(path, at: location, kind.encoded))
  }

  /// What is known of the inputs of a root, by their keys.
  public func knownInputs(in root: RootNumber) -> [String: LedgerInput] {
    let inputs = ledger.roots[root.value].inputs
    return Dictionary(inputs.lazy.map { ($0.key, LedgerInput($0)) }) { $1 }
  }

  /// What is known of one input; nil when it was never read.
  public func knownInput(_ key: String, in root: RootNumber) -> LedgerInput? {
    ledger[key, in: root.value].map { LedgerInput($0) }
  }

  /// The number of an input that was read before; nil when it was not.
  public func input(_ key: String, in root: RootNumber) -> InputNumber? {
    ledger[key, in: root.value].map { InputNumber(value: $0.number) }
  }

  /// Remembers that the reading of an input begins: articles that it gave earlier and does not give
  /// again are from now on gone from it.
  ///
  /// - Parameter key: the path below the root, at most 64 KiB; in the keys of its articles.
  public func beginInput(_ key: String, in root: RootNumber) -> InputNumber {
    precondition(key.utf8.count <= Ledger.Input.maximumKeySize, "no path is that long")
    let first = nextSequence
    let number = ledger.update(key, in: root.value) { input in
      input.state = []
      input.firstSequence = first
    }
    return InputNumber(value: number)
  }

  /// Remembers what an input was found to be when it was read.
  public func record(_ known: LedgerInput, of key: String, in root: RootNumber) {
    ledger.update(key, in: root.value) { input in
      // Only a new reading, which forgets it, makes up for being overtaken.
      input.state.formIntersection(.overtaken)
      if known.isComplete { input.state.insert(.complete) }
      if known.isSettled { input.state.insert(.settled) }
      input.size = known.size
      input.mtime = known.modificationTime
      input.contentHash = known.contentHash
      input.rules = known.rules
      input.articleCount = UInt64(clamping: known.articleCount)
      input.refusedCount = UInt64(clamping: known.refusedCount)
    }
  }

  /// Remembers when an input was modified that is as it was.
  public func recordUnchanged(
    _ key: String, in root: RootNumber, modificationTime: Int64, isSettled: Bool
  ) {
    guard ledger[key, in: root.value] != nil else { return }
    ledger.update(key, in: root.value) { input in
      input.mtime = modificationTime
      if isSettled { input.state.insert(.settled) } else { input.state.remove(.settled) }
    }
  }

  /// The path of an input: its root as the user wrote it, and its key below; nil for one that the
  /// ledger does not have.
  public func path(of input: InputNumber) -> String? {
    guard let (root, input) = ledger[input.value] else { return nil }
    guard root.kind == .directory else { return root.path }
    return root.path.hasSuffix("/") ? root.path + input.key : "\(root.path)/\(input.key)"
  }
}

extension LedgerInput {
  init(_ input: Ledger.Input) {
    self.init(
      size: input.size, modificationTime: input.mtime,
      isSettled: input.state.contains(.settled), isComplete: input.state.contains(.complete),
      contentHash: input.contentHash, rules: input.rules,
      articleCount: Int(clamping: input.articleCount),
      refusedCount: Int(clamping: input.refusedCount))
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
