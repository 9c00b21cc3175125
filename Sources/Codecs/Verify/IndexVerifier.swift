import LedeStorage

/// Checks an index: every byte of every file, and that the parts agree with each other.
///
/// Checksums find damage; the walk over all terms, postings, records and columns finds what a checksum
/// cannot: files that fit together badly, or that were written wrongly. Reports each finding and goes
/// on with the rest.
public enum IndexVerifier {
  /// Something that is not as it should be.
  public enum Finding: Sendable, Equatable, CustomStringConvertible {
    /// Damage: `error` names the file, the offset and the reason.
    case fault(FormatError)
    /// A file that the index does not use; harmless.
    case unusedFile(path: String)

    /// Whether the index can not be trusted.
    public var isFault: Bool {
      if case .fault = self { return true }
      return false
    }

    public var description: String {
      switch self {
      case .fault(let error): error.description
      case .unusedFile(let path): "\(path) is not used by the index; it can be removed"
      }
    }
  }

  /// What was checked.
  public struct Summary: Sendable, Equatable {
    public var files = 0
    public var bytes = 0
    public var segments = 0
    /// Documents, deleted ones included.
    public var documents = 0
    public var liveDocuments = 0
    /// Terms with postings of their own.
    public var terms = 0
    public var postings: UInt64 = 0
    public var faults = 0

    public init() {}
  }

  /// Verifies the index in a directory; `report` gets every finding as it comes.
  ///
  /// - Throws: never for damage, which is reported; when there is no index to verify.
  /// - Complexity: O(bytes), in memory that does not grow with the index.
  public static func verify(
    directory: String, report: (Finding) -> Void
  ) throws(FormatError) -> Summary {
    try verify(directory: directory, fileSystem: PosixFileSystem(), report: report)
  }

  package static func verify(
    directory: String, fileSystem: any FileSystem, report: (Finding) -> Void
  ) throws(FormatError) -> Summary {
    var summary = Summary()
    try withoutActuallyEscaping(report) { (report) throws(FormatError) in
      var run = VerificationRun(directory: directory, fileSystem: fileSystem, report: report)
      try run.verify()
      summary = run.summary
    }
    return summary
  }
}

extension IndexVerifier {
  /// What is wrong with one segment and its live file.
  ///
  /// - Parameters:
  ///   - reader: the segment without its live file.
  ///   - live: nil when every document is live, or which are is lost.
  ///   - entry: as the manifest has it.
  package static func faults(
    of reader: SegmentReader, live: LiveDocuments?, entry: ManifestSegment, nextSequence: UInt64
  ) throws(FormatError) -> [FormatError] {
    var faults = reader.file.verify()
    guard faults.isEmpty else { return faults }
    let joined = live == nil ? reader : try SegmentReader(reader.file, live: live, entry: entry)
    var verifier = SegmentVerifier(joined, nextSequence: nextSequence) { faults.append($0) }
    verifier.knowsLive = live != nil || entry.liveGeneration == 0
    verifier.verify()
    return faults
  }
}

/// One pass over an index.
struct VerificationRun {
  private let directory: String
  private let fileSystem: any FileSystem
  private let report: (IndexVerifier.Finding) -> Void
  private(set) var summary = IndexVerifier.Summary()

  init(
    directory: String, fileSystem: any FileSystem,
    report: @escaping (IndexVerifier.Finding) -> Void
  ) {
    self.directory = directory
    self.fileSystem = fileSystem
    self.report = report
  }

  mutating func verify() throws(FormatError) {
    let manifest: Manifest
    do {
      manifest = try Manifest.read(fileSystem: fileSystem, directory: directory)
    } catch {
      if case .storage(let cause) = error, cause.isMissingFile { throw error }
      return fault(error)
    }
    summary.files += 1
    check(manifest)
    let nextInput = checkLedger(manifest)
    var readers: [SegmentReader] = []
    for entry in manifest.segments {
      if let reader = open(entry) { readers.append(reader) }
    }
    for reader in readers {
      verify(reader, manifest)
      if let nextInput { checkInputs(reader, nextInput) }
    }
    checkKeysAcrossSegments(readers)
    reportUnusedFiles(manifest)
  }

  mutating func fault(_ error: FormatError) {
    summary.faults += 1
    report(.fault(error))
  }

  /// Checks the bytes of a segment's files, whether or not their content can be read.
  private mutating func open(_ entry: ManifestSegment) -> SegmentReader? {
    do {
      let file = try EnvelopeFile.open(
        fileSystem: fileSystem, path: indexPath(directory, .segment(id: entry.id)),
        kind: .segment, id: entry.id)
      checkBytes(of: file)
      guard entry.liveGeneration > 0 else {
        return try SegmentReader(file, live: nil, entry: entry)
      }
      let name = IndexFileName.live(segment: entry.id, generation: entry.liveGeneration)
      let liveFile = try EnvelopeFile.open(
        fileSystem: fileSystem, path: indexPath(directory, name), kind: .live, id: entry.id)
      checkBytes(of: liveFile)
      let live = try LiveDocuments(liveFile, entry: entry)
      return try SegmentReader(file, live: live, entry: entry)
    } catch {
      fault(error)
      return nil
    }
  }

  private mutating func checkBytes(of file: EnvelopeFile) {
    summary.files += 1
    summary.bytes += file.size
    for finding in file.verify() { fault(finding) }
  }

  private mutating func verify(_ reader: SegmentReader, _ manifest: Manifest) {
    summary.segments += 1
    summary.documents += reader.docCount
    summary.liveDocuments += reader.liveCount
    do { try reader.checkStoresText(manifest.storesText) } catch { fault(error) }
    var faults: [FormatError] = []
    var verifier = SegmentVerifier(reader, nextSequence: manifest.nextSequence) {
      faults.append($0)
    }
    verifier.verify()
    summary.terms += verifier.terms
    summary.postings += verifier.postings
    for error in faults { fault(error) }
  }

  // MARK: The index as a whole

  private mutating func check(_ manifest: Manifest) {
    for entry in manifest.segments
    where entry.id >= manifest.nextSegmentID || entry.liveGeneration > manifest.generation {
      fault(
        .corrupt(
          path: indexPath(directory, .manifest), offset: 0, section: "manifest",
          reason: "segment \(entry.id) is from a later commit than the manifest"))
    }
  }

  /// The number that the next input gets; nil when the ledger cannot be read.
  private mutating func checkLedger(_ manifest: Manifest) -> UInt64? {
    guard manifest.ledgerGeneration > 0 else { return Ledger().nextInput }
    summary.files += 1
    do {
      return try Ledger.read(
        fileSystem: fileSystem, directory: directory, generation: manifest.ledgerGeneration
      ).nextInput
    } catch {
      fault(error)
      return nil
    }
  }

  /// A document whose input the ledger gets to later would seem to come from that.
  private mutating func checkInputs(_ reader: SegmentReader, _ nextInput: UInt64) {
    for doc in 0..<UInt32(reader.docCount) where reader.input(of: doc) >= nextInput {
      return fault(
        .corrupt(
          path: reader.path, offset: 0, section: SectionKind.inputs.name,
          reason: "document \(doc) comes from input \(reader.input(of: doc)), which the ledger "
            + "has not given yet"))
    }
  }

  /// A key must be live once: else a search shows an article and its former self.
  private mutating func checkKeysAcrossSegments(_ readers: [SegmentReader]) {
    for (index, reader) in readers.enumerated() where index + 1 < readers.count {
      var faults: [FormatError] = []
      for doc in 0..<UInt32(reader.docCount) where reader.isLive(doc) {
        do {
          let key = try reader.keys.bytes(of: doc)
          for other in readers[(index + 1)...] {
            guard let twin = try other.keys.find(key), other.isLive(twin) else { continue }
            faults.append(
              reader.keys.corrupt(
                "document \(doc) and document \(twin) of \(other.path) are live with one key"))
          }
        } catch {
          // The keys of either segment are damaged, which its own check has reported.
          break
        }
      }
      for error in faults { fault(error) }
    }
  }

  private mutating func reportUnusedFiles(_ manifest: Manifest) {
    let (fileSystem, directory) = (fileSystem, directory)
    // README.md comes with the folder that is the default for an index.
    let used = manifest.fileNames.union(["README.md"])
    do {
      let names = try FormatError.wrapping { () throws(StorageError) in
        try fileSystem.list(directory)
      }
      for name in names where !used.contains(name) && !name.hasPrefix(".") {
        report(.unusedFile(path: directory + "/" + name))
      }
    } catch { fault(error) }
  }
}
