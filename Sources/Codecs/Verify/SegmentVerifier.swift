import LedeModel
import LedeStorage

/// Walks one segment and checks that everything in it can be read and fits together.
struct SegmentVerifier {
  let segment: SegmentReader
  private let nextSequence: UInt64
  private let fault: (FormatError) -> Void
  /// Whether the live file was read: else any document may be dead.
  var knowsLive = true
  /// Terms with postings of their own, and their postings, as far as they were read.
  var terms = 0
  var postings: UInt64 = 0

  init(
    _ segment: SegmentReader, nextSequence: UInt64, fault: @escaping (FormatError) -> Void
  ) {
    self.segment = segment
    self.nextSequence = nextSequence
    self.fault = fault
  }

  mutating func verify() {
    checkLengths()
    checkLive()
    checkSequences()
    checkKeys()
    checkColumns()
    checkStored()
    verifyTerms()
  }

  func report(_ error: FormatError) { fault(error) }

  func report(_ kind: SectionKind, _ reason: String, in file: EnvelopeFile? = nil) {
    let file = file ?? segment.file
    guard let region = file.section(kind) else { return }
    fault(region.corrupt(at: 0, reason))
  }

  private var docs: Range<UInt32> { 0..<UInt32(segment.docCount) }

  // MARK: Lengths and live documents

  private func checkLengths() {
    for field in Field.allCases {
      let lengths = segment.lengths(field)
      if let flaw = lengths.flaw() { report(.lengths, "field \(field.name): \(flaw)") }
      var all: UInt64 = 0
      var dead: UInt64 = 0
      for doc in docs {
        let length = UInt64(lengths.value(doc))
        all &+= length
        if !segment.isLive(doc) { dead &+= length }
      }
      let written = segment.writtenSumLength(field)
      if all != written {
        report(.meta, "the lengths of \(field.name) add up to \(all), not to \(written)")
      }
      if let live = segment.live, dead != live.sumLengthDelta(field) {
        report(
          .liveMeta,
          "the dead documents' lengths of \(field.name) add up to \(dead), not to "
            + "\(live.sumLengthDelta(field))", in: live.file)
      }
    }
  }

  private func checkLive() {
    guard let live = segment.live else { return }
    let counted = live.countedLive()
    if counted != live.liveCount {
      report(.liveBits, "\(counted) documents are live, not \(live.liveCount)", in: live.file)
    }
  }

  // MARK: Identity

  private func checkSequences() {
    var previous: UInt64?
    for doc in docs {
      let sequence = segment.sequence(of: doc)
      if sequence >= nextSequence {
        return report(
          .sequences, "document \(doc) has number \(sequence), which the manifest has not given yet"
        )
      }
      if segment.sequences.isAscending, let previous, sequence <= previous {
        return report(.sequences, "the number of document \(doc) does not ascend as claimed")
      }
      previous = sequence
    }
  }

  private func checkKeys() {
    let keys = segment.keys
    var distinct = 0
    for doc in docs {
      do {
        let found = try keys.find(try keys.bytes(of: doc))
        if found == doc {
          distinct += 1
        } else if let found, found > doc, !segment.isLive(doc) || !knowsLive {
          // An earlier version of the article that the segment holds again.
          continue
        } else {
          let other = found.map { "document \($0)" } ?? "nothing"
          return report(.keys, "the key of document \(doc) finds \(other)")
        }
      } catch { return fault(error) }
    }
    if let entries = keys.entryCount, entries != distinct {
      report(.keys, "the hash index has \(entries) keys, the documents \(distinct)")
    }
  }

  // MARK: Values and texts

  private func checkColumns() {
    if let flaw = segment.columns.dates.flaw() { report(.columns, flaw) }
    for column in [
      segment.columns.sources, segment.columns.categories, segment.columns.languages,
    ] {
      do {
        try column.verify()
      } catch { fault(error) }
    }
  }

  private func checkStored() {
    let stored = segment.stored
    if let flaw = stored.flaw() { report(.stored, flaw) }
    let cursor = StoredArticlesCursor(stored)
    var damagedBlock: Int?
    for doc in docs {
      do {
        // One finding per block: all its records are lost together.
        if let damagedBlock, try stored.block(of: doc) == damagedBlock { continue }
        damagedBlock = nil
        _ = try cursor.article(doc)
      } catch {
        fault(error)
        guard let block = try? stored.block(of: doc) else { return }
        damagedBlock = block
      }
    }
  }
}
