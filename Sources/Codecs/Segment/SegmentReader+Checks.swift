import LedeStorage

/// What a segment can be checked for, and the errors that say what is wrong with it.
extension SegmentReader {
  /// Checks every byte against its checksum, live file included, before what it says is written
  /// elsewhere under a new one.
  package func verifyChecksums() throws(FormatError) {
    if let finding = file.verify().first { throw finding }
    if let finding = live?.file.verify().first { throw finding }
  }

  /// Throws unless the segment agrees with its manifest about texts: a merge takes it for granted.
  package func checkStoresText(_ stated: Bool) throws(FormatError) {
    guard meta.storesText == stated else {
      throw corrupt(.meta, "it does not say the same as the manifest about texts")
    }
  }

  /// Checks every byte of the live file, and its count: before a writer goes on from its bits.
  package func verifyLive() throws(FormatError) {
    guard let live else { return }
    if let finding = live.file.verify().first { throw finding }
    try live.checkCount()
  }

  /// The error that says what is wrong with a term; points at its postings.
  package func corrupt(_ entry: TermEntry, _ reason: String) -> FormatError {
    let term = (try? terms.term(ordinal: entry.ordinal)) ?? []
    var offset = 0
    if case .list(let start, _, _, _) = entry.location.storage { offset = Int(clamping: start) }
    return postingsRegion.corrupt(
      at: offset, "term \(entry.ordinal) (\(String(decoding: term, as: UTF8.self))): \(reason)")
  }

  /// The error that says what is wrong with a section of the segment's file.
  package func corrupt(_ kind: SectionKind, _ reason: String) -> FormatError {
    file.section(kind)?.corrupt(at: 0, reason)
      ?? .corrupt(path: path, offset: 0, section: kind.name, reason: reason)
  }

  /// What to throw when surfaces of a class are there and its postings are not.
  package func inconsistentClass(_ key: UnsafeBufferPointer<UInt8>) -> FormatError {
    terms.region.corrupt(
      at: 0, "no document holds the class \(String(decoding: key, as: UTF8.self))")
  }

  /// What to throw when the postings of a term make no sense.
  package func inconsistentPostings(_ entry: TermEntry) -> FormatError {
    postingsRegion.corrupt(at: 0, "the postings of term \(entry.ordinal) make no sense")
  }

  /// What to throw when the positions of a surface make no sense.
  package func inconsistentPositions(_ key: UnsafeRawBufferPointer) -> FormatError {
    positionsRegion.corrupt(
      at: 0, "the positions of \(String(decoding: key, as: UTF8.self)) make no sense")
  }
}
