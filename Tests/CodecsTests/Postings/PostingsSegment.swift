import LedeCodecs
import LedeStorage
import TestSupport

/// Writes terms named t00000, t00001, … as surfaces (with positions) or classes (without), maps the
/// file and hands it to `body`.
func withSegment(
  docCount: Int, lengths: [UInt32], ranks: [UInt32]? = nil, _ terms: [PlainPostings],
  keepPositions: Bool,
  _ body: (PostingsFixture) throws -> Void
) throws {
  let directory = try TemporaryDirectory("lede-postings")
  let path = directory.file("postings.lede")
  var postings = PostingsWriter(ranks: ranks)
  var dictionary = TermDictionaryWriter(docCount: docCount)
  dictionary.begin(keepPositions ? .textSurface : .textClass)
  for (number, plain) in terms.enumerated() {
    let location = postings.add(plain, withPositions: keepPositions, lengths: lengths)
    _ = dictionary.add(key(number), location)
  }
  let fileSystem = PosixFileSystem()
  let envelope = try EnvelopeWriter(fileSystem: fileSystem, path: path, kind: .segment, id: 1)
  try writeTermSections(&postings, &dictionary, to: envelope)
  try writeLengths(lengths, to: envelope)
  try envelope.finish()
  try body(try openPostings(path, docCount: docCount, fileSystem: fileSystem))
}

/// Maps a file that holds the four sections.
func openPostings(
  _ path: String, docCount: Int, fileSystem: some FileSystem
) throws -> PostingsFixture {
  let file = try EnvelopeFile.open(fileSystem: fileSystem, path: path, kind: .segment)
  guard let terms = file.section(.terms), let postings = file.section(.postings),
    let positions = file.section(.positions), let lengths = file.section(.lengths)
  else { throw FixtureError.missingSection }
  return PostingsFixture(
    dictionary: try TermDictionary(terms, shortcuts: file.section(.shortcuts)), postings: postings,
    positions: positions,
    lengths: try LengthsReader.readers(lengths, docCount: docCount).readers[0], docCount: docCount)
}

/// Writes the lengths section: the lengths are those of `text`, there are no titles.
func writeLengths(_ lengths: [UInt32], to envelope: EnvelopeWriter) throws {
  var writer = LengthsWriter()
  for length in lengths { writer.add(text: length, title: 0) }
  try writer.write(to: envelope)
}

/// Writes the sections of terms, shortcuts, postings and positions.
func writeTermSections(
  _ postings: inout PostingsWriter, _ dictionary: inout TermDictionaryWriter,
  to envelope: EnvelopeWriter
) throws {
  try envelope.begin(.terms)
  try dictionary.finish(into: envelope)
  try envelope.end()
  try dictionary.finishShortcuts(into: envelope)
  try postings.finish(into: envelope)
}

enum FixtureError: Error {
  case missingSection
}
