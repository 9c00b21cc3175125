import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage

extension RepairRun {
  /// The entries of the repaired manifest; writes what they need.
  func remake(
    _ manifest: inout Manifest, _ analyzer: Analyzer
  ) throws(RepairFailure) -> [ManifestSegment] {
    var made: [ManifestSegment] = []
    for part in parts {
      if part.reader != nil {
        made.append(try keep(part, manifest))
      } else {
        made += try index(part, &manifest, analyzer)
      }
    }
    return made
  }

  /// A sound segment stays; a live file is written when which documents are live is new.
  private func keep(
    _ part: RepairPart, _ manifest: Manifest
  ) throws(RepairFailure) -> ManifestSegment {
    var entry = part.entry
    if part.liveDamage != nil {
      let path = indexPath(
        directory, .live(segment: entry.id, generation: entry.liveGeneration))
      report.segments.append(
        RepairReport.Segment(
          path: path, damage: part.liveDamage?.description ?? "", saved: part.live.liveCount,
          mayRevive: !part.knowsLive))
    }
    guard part.liveDamage != nil || part.live.liveCount != Int(entry.liveCount) else {
      return entry
    }
    entry.liveCount = UInt32(part.live.liveCount)
    if options.isDryRun { return entry }
    return try RepairFailure.wrapping { () throws(FormatError) in
      var segment = try OpenSegment(
        fileSystem: self.fileSystem, directory: self.directory,
        entry: ManifestSegment(id: entry.id, docCount: entry.docCount, liveCount: entry.docCount))
      for doc in part.live.dead { segment.delete(doc) }
      try segment.commit(
        fileSystem: self.fileSystem, directory: self.directory, generation: manifest.generation)
      return segment.entry
    }
  }

  // MARK: Indexing again

  /// Indexes what is left of a damaged segment.
  private func index(
    _ part: RepairPart, _ manifest: inout Manifest, _ analyzer: Analyzer
  ) throws(RepairFailure) -> [ManifestSegment] {
    var account = RepairReport.Segment(
      path: indexPath(directory, .segment(id: part.entry.id)),
      damage: part.damage?.description ?? "", mayRevive: !part.knowsLive)
    defer { report.segments.append(account) }
    guard let salvaged = part.salvaged, salvaged.hasText else {
      account.lost = part.live.liveCount
      account.lostKeys = part.salvaged.map { Self.knownKeys($0, part.live) } ?? []
      return []
    }
    account.losesValues = salvaged.losesValues
    let doubtful = doubtfulDocuments(salvaged, analyzer)
    let output = try RepairOutput(self, manifest, analyzer.language)
    for doc in 0..<UInt32(salvaged.docCount) where part.live[doc] {
      guard let key = salvaged.key(of: doc) else {
        account.lost += 1
        continue
      }
      guard doubtful?.contains(doc) != true, let article = try? salvaged.article(doc) else {
        account.lost += 1
        account.lostKeys.append(String(decoding: key, as: UTF8.self))
        continue
      }
      if doubtful == nil { account.uncheckedKeys.append(article.key) }
      account.saved += 1
      try output.add(article, sequence: salvaged.sequence(of: doc))
    }
    let made = try output.finish()
    manifest.nextSequence = output.manifest.nextSequence
    manifest.nextSegmentID = output.manifest.nextSegmentID
    return made
  }

  private static func knownKeys(_ salvaged: SalvagedSegment, _ live: LiveBits) -> [String] {
    (0..<UInt32(salvaged.docCount)).filter { live[$0] }.compactMap { salvaged.key(of: $0) }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// Documents whose text is not what the terms were made from, and all of their blocks; nil when
  /// there is nothing to hold the texts against, and none when they are under a good checksum.
  private func doubtfulDocuments(
    _ salvaged: SalvagedSegment, _ analyzer: Analyzer
  ) -> Set<UInt32>? {
    guard salvaged.damaged.contains(.stored) else { return [] }
    guard let reader = salvaged.reader else { return nil }
    var blocks: Set<Int> = []
    var check = DeepSegmentCheck(reader, analyzer, memoryBudget: 64 << 20) { difference in
      if let doc = difference.doc, let block = salvaged.block(of: doc) { blocks.insert(block) }
    }
    check.knowsLive = false
    check.run()
    return Set(
      (0..<UInt32(salvaged.docCount)).filter { doc in
        salvaged.block(of: doc).map { blocks.contains($0) } ?? true
      })
  }

  // MARK: Commit

  func commit(_ manifest: Manifest, _ ledgerDamage: FormatError?) throws(RepairFailure) {
    try keepManifestAside()
    try RepairFailure.wrapping { () throws(FormatError) in
      try manifest.commit(fileSystem: self.fileSystem, directory: self.directory)
    }
    // From here on the index is sound; what is left is tidying.
    for segment in report.segments { putAside(segment.path) }
    if ledgerDamage != nil, let path = ledgerDamage?.path { putAside(path) }
    try? fileSystem.synchronizeDirectory(directory)
  }

  /// A copy, since without a manifest the index would be none until the commit.
  private func keepManifestAside() throws(RepairFailure) {
    guard report.manifestDamage != nil, options.keepsDamaged else { return }
    let path = indexPath(directory, .manifest)
    guard let damaged = try? fileSystem.map(path) else { return }
    do throws(StorageError) {
      var copy = try AppendFile(
        fileSystem: fileSystem, path: path + IndexRepair.asideSuffix)
      try copy.append(damaged.bytes)
      try copy.sync()
      try copy.close()
    } catch { throw .format(.storage(error)) }
    report.keptAside.append(path + IndexRepair.asideSuffix)
  }

  private func putAside(_ path: String) {
    guard options.keepsDamaged else {
      try? fileSystem.remove(path)
      return
    }
    let aside = path + IndexRepair.asideSuffix
    // A file that is missing altogether has nothing to keep.
    do throws(StorageError) {
      try fileSystem.rename(path, to: aside)
      report.keptAside.append(aside)
    } catch {}
  }
}

/// Writes articles to new segments; in a dry run nowhere.
private final class RepairOutput {
  private let run: RepairRun
  private let pool = WorkerPool(threadCount: 1)
  private let analyzers: AnalyzerPool
  private let options: IndexWriterOptions
  private(set) var manifest: Manifest
  private var segment: SegmentWriter?
  private var made: [ManifestSegment] = []
  private var dryCount: UInt32 = 0

  init(_ run: RepairRun, _ manifest: Manifest, _ language: Language) throws(RepairFailure) {
    self.run = run
    self.manifest = manifest
    do throws(AnalysisError) {
      analyzers = try AnalyzerPool(language: language, count: 1)
    } catch { throw .indexing(.analysis(error)) }
    options = IndexWriterOptions(language: language, storesText: true)
  }

  /// - Parameter sequence: nil gives a new one.
  func add(
    _ article: Article, sequence: UInt64?
  ) throws(RepairFailure) {
    var number = manifest.nextSequence
    if let sequence, sequence < number { number = sequence } else { manifest.nextSequence += 1 }
    dryCount += 1
    if run.options.isDryRun { return }
    try RepairFailure.wrapping { () throws(FormatError) in
      let writer = try self.openSegment()
      // Which input it came from went with the segment.
      try writer.add(article, sequence: number, input: 0)
      if writer.isFull || !writer.fits(in: self.options.memoryBudget) { try self.flush() }
    }
  }

  /// The segments written.
  func finish() throws(RepairFailure) -> [ManifestSegment] {
    if run.options.isDryRun {
      return [ManifestSegment(id: 0, docCount: dryCount, liveCount: dryCount)]
    }
    try RepairFailure.wrapping { () throws(FormatError) in try self.flush() }
    return made
  }

  private func openSegment() throws(FormatError) -> SegmentWriter {
    if let segment { return segment }
    let id = manifest.nextSegmentID
    manifest.nextSegmentID += 1
    let writer = try SegmentWriter(
      fileSystem: run.fileSystem, path: indexPath(run.directory, .segment(id: id)), id: id,
      options: options, pool: pool, analyzers: analyzers)
    segment = writer
    return writer
  }

  private func flush() throws(FormatError) {
    guard let writer = segment else { return }
    segment = nil
    let count = UInt32(writer.docCount)
    try writer.finish(analyzers: analyzers)
    made.append(ManifestSegment(id: writer.id, docCount: count, liveCount: count))
  }
}
