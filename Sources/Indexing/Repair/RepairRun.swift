import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage

/// One repair, from looking at the files to the commit.
final class RepairRun {
  let directory: String
  let options: IndexRepair.Options
  let fileSystem: any FileSystem
  var report = RepairReport()
  var parts: [RepairPart] = []

  init(_ directory: String, _ options: IndexRepair.Options, _ fileSystem: any FileSystem) {
    self.directory = directory
    self.options = options
    self.fileSystem = fileSystem
  }

  func repair() throws(RepairFailure) -> RepairReport {
    var manifest = try readManifest()
    let analyzer = try analyzer(of: manifest)
    let ledgerDamage = checkLedger(manifest)
    report.ledgerDamage = ledgerDamage?.description
    if parts.isEmpty {
      for entry in manifest.segments { parts.append(examine(entry, manifest)) }
    }
    report.healthySegments = parts.count { $0.isHealthy }
    report.documentCount = parts.reduce(0) { $0 + $1.live.liveCount }
    let isSound = report.manifestDamage == nil && ledgerDamage == nil
    if isSound, parts.allSatisfy(\.isHealthy) { return report }
    settleLiveDocuments(analyzer)
    if ledgerDamage != nil { manifest.ledgerGeneration = 0 }
    manifest.generation += 1
    let made = try remake(&manifest, analyzer)
    manifest.segments = made.filter { $0.liveCount > 0 }
    report.documentCount = manifest.segments.reduce(0) { $0 + Int($1.liveCount) }
    if !options.isDryRun { try commit(manifest, ledgerDamage) }
    return report
  }

  // MARK: What is there

  private func analyzer(of manifest: Manifest) throws(RepairFailure) -> Analyzer {
    let stored = AnalyzerIdentity(encoded: manifest.analyzer)
    let own: AnalyzerIdentity
    let analyzer: Analyzer
    do throws(AnalysisError) {
      own = try Analyzer.identity(of: stored?.language ?? .none)
      analyzer = try Analyzer(language: own.language)
    } catch { throw .indexing(.analysis(error)) }
    guard own == stored else {
      throw .indexing(.analyzerMismatch(directory: directory, index: stored, writer: own))
    }
    return analyzer
  }

  private func checkLedger(_ manifest: Manifest) -> FormatError? {
    guard manifest.ledgerGeneration > 0 else { return nil }
    do throws(FormatError) {
      _ = try Ledger.read(
        fileSystem: fileSystem, directory: directory, generation: manifest.ledgerGeneration)
      return nil
    } catch { return error }
  }

  /// Looks at the files of one segment.
  func examine(_ entry: ManifestSegment, _ manifest: Manifest) -> RepairPart {
    var part = RepairPart(entry: entry, live: LiveBits(docCount: Int(entry.docCount)))
    let live = readLive(&part)
    let whole = ManifestSegment(id: entry.id, docCount: entry.docCount, liveCount: entry.docCount)
    do throws(FormatError) {
      let reader = try SegmentReader.open(
        fileSystem: fileSystem, directory: directory, entry: whole)
      try reader.checkStoresText(manifest.storesText)
      let faults = try IndexVerifier.faults(
        of: reader, live: live, entry: entry, nextSequence: manifest.nextSequence)
      part.damage = faults.first { $0.path == reader.path }
      if part.liveDamage == nil { part.liveDamage = faults.first { $0.path != reader.path } }
      if part.damage == nil { part.reader = reader }
    } catch { part.damage = error }
    if part.damage != nil {
      part.salvaged = try? SalvagedSegment(
        fileSystem: fileSystem, path: indexPath(directory, .segment(id: entry.id)), id: entry.id,
        docCount: Int(entry.docCount))
    }
    return part
  }

  private func readLive(_ part: inout RepairPart) -> LiveDocuments? {
    guard part.entry.liveGeneration > 0 else { return nil }
    do throws(FormatError) {
      let live = try LiveDocuments.verified(
        fileSystem: fileSystem, directory: directory, entry: part.entry)
      part.live = LiveBits(
        words: Array(UnsafeBufferPointer(start: live.words, count: live.wordCount)),
        docCount: live.docCount)
      return live
    } catch {
      part.liveDamage = error
      part.knowsLive = false
      return nil
    }
  }

  // MARK: Which documents are live

  /// Where it is lost which documents were deleted, finds out which were replaced.
  private func settleLiveDocuments(_ analyzer: Analyzer) {
    for index in parts.indices where !parts[index].knowsLive {
      for doc in 0..<UInt32(parts[index].live.docCount) where parts[index].live[doc] {
        settle(doc, of: index, analyzer)
      }
    }
  }

  private func settle(_ doc: UInt32, of index: Int, _ analyzer: Analyzer) {
    guard let key = parts[index].key(of: doc) else { return }
    // Within a segment the last version is the one that lives.
    if let last = parts[index].find(key), last != doc { return parts[index].live.clear(doc) }
    if isDeadFromBirth(doc, parts[index], analyzer) { return parts[index].live.clear(doc) }
    for other in parts.indices where other != index {
      guard let twin = parts[other].find(key), parts[other].live[twin],
        parts[other].key(of: twin) == key
      else { continue }
      if parts[other].age(of: twin) > parts[index].age(of: doc) {
        return parts[index].live.clear(doc)
      }
      parts[other].live.clear(twin)
    }
  }

  /// A document that was dead before its segment was written has a text and no terms.
  private func isDeadFromBirth(
    _ doc: UInt32, _ part: RepairPart, _ analyzer: Analyzer
  ) -> Bool {
    guard let reader = part.reader ?? part.salvaged?.reader, reader.meta.storesText,
      reader.lengths(.text).value(doc) == 0, let article = try? reader.stored.article(doc)
    else { return false }
    var batch = TokenBatch()
    analyzer.analyze(article.title, into: &batch)
    analyzer.analyze(article.body, into: &batch)
    return batch.positionCount > 0
  }
}
