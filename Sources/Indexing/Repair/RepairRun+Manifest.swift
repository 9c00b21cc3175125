import LedeCodecs
import LedeModel
import LedeStorage

extension RepairRun {
  /// The manifest, or what the files of the index say that it held.
  func readManifest() throws(RepairFailure) -> Manifest {
    do throws(FormatError) {
      return try Manifest.read(fileSystem: fileSystem, directory: directory)
    } catch {
      switch error {
      case .tooNew, .tooOld: throw .format(error)
      default:
        report.manifestDamage = error.description
        return try rebuildManifest(error)
      }
    }
  }

  /// Takes up every segment that lies here.
  ///
  /// Also segments that were merged into others or never committed: which documents are live is
  /// then settled by their keys and sequence numbers.
  private func rebuildManifest(_ cause: FormatError) throws(RepairFailure) -> Manifest {
    let names: [String]
    do throws(StorageError) {
      names = try fileSystem.list(directory)
    } catch { throw .format(.storage(error)) }
    var manifest = Manifest(analyzer: [], nextSequence: .max / 2)
    var generations: [UInt64: [UInt64]] = [:]
    var ledgers: [UInt64] = []
    var ids: [UInt64] = []
    for name in names {
      switch IndexFileName(name) {
      case .segment(let id): ids.append(id)
      case .live(let id, let generation): generations[id, default: []].append(generation)
      case .ledger(let generation): ledgers.append(generation)
      default: break
      }
    }
    guard let highest = ids.max() else { throw .format(cause) }
    manifest.nextSegmentID = highest + 1
    manifest.storesText = storesText(ids)
    for id in ids.sorted() {
      if let part = found(id, generations[id] ?? [], manifest) { parts.append(part) }
    }
    manifest.generation = max(ledgers.max() ?? 0, generations.values.joined().max() ?? 0)
    manifest.ledgerGeneration =
      ledgers.sorted().last { generation in
        (try? Ledger.read(
          fileSystem: fileSystem, directory: directory, generation: generation)) != nil
      } ?? 0
    manifest.nextSequence = nextSequence
    manifest.analyzer = try identity().encoded
    return manifest
  }

  /// A segment under the last of its live files that can be read.
  private func found(_ id: UInt64, _ generations: [UInt64], _ manifest: Manifest) -> RepairPart? {
    let path = indexPath(directory, .segment(id: id))
    guard
      let docCount = SegmentReader.statedDocCount(fileSystem: fileSystem, path: path, id: id)
    else {
      report.segments.append(
        RepairReport.Segment(path: path, damage: "neither its keys nor its texts can be found"))
      return nil
    }
    var entry = ManifestSegment(id: id, docCount: docCount, liveCount: docCount)
    for generation in generations.sorted().reversed() {
      let stated = LiveDocuments.statedEntry(
        fileSystem: fileSystem, directory: directory, segment: id, generation: generation)
      if let stated, stated.docCount == docCount {
        entry = stated
        break
      }
    }
    var part = examine(entry, manifest)
    // What died since, in another segment's favour, only keys can tell.
    part.knowsLive = false
    return part
  }

  private var nextSequence: UInt64 {
    var next: UInt64 = 0
    for part in parts {
      for doc in 0..<UInt32(part.live.docCount) {
        next = max(next, min(part.age(of: doc).sequence, .max / 4) + 1)
      }
    }
    return next
  }

  private func storesText(_ ids: [UInt64]) -> Bool {
    for id in ids {
      let path = indexPath(directory, .segment(id: id))
      if let segment = try? SalvagedSegment(
        fileSystem: fileSystem, path: path, id: id, docCount: nil)
      {
        return segment.hasText
      }
    }
    return true
  }
}
