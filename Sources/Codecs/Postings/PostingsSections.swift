import LedeStorage

/// What a ``PostingsWriter`` encoded of some terms: a part of the postings and positions sections.
// Sendable: whoever has it has the buffers alone.
package struct EncodedPostings: @unchecked Sendable {
  let postings: EncodingBuffer
  package let positions: EncodedPositions
}

/// A part of the positions section.
// Sendable: whoever has it may use its memory again, and nobody else has it then.
package struct EncodedPositions: @unchecked Sendable {
  let buffer: EncodingBuffer
}

/// The postings and positions sections, put together of parts that were encoded apart.
///
/// Positions, the larger ones, go to the file as they come, so that they need no memory; postings wait
/// for the end of that section.
package struct PostingsSections {
  private var postings: [EncodingBuffer] = []
  /// Bytes of all parts so far: what the locations of the next part's terms are moved by.
  package private(set) var postingsLength: UInt64 = 0
  private let envelope: EnvelopeWriter

  /// Begins the positions section.
  package init(in envelope: EnvelopeWriter) throws(FormatError) {
    self.envelope = envelope
    try envelope.begin(.positions)
  }

  /// See ``postingsLength``.
  package var positionsLength: UInt64 { envelope.sectionLength }

  /// Appends the next part, in the order of the term dictionary, whose positions are of no use after.
  package mutating func append(_ part: EncodedPostings) throws(FormatError) {
    postings.append(part.postings)
    postingsLength += UInt64(part.postings.count)
    try envelope.append(part.positions.buffer.bytes)
  }

  /// Ends the positions section and writes that of the postings.
  package func finish() throws(FormatError) {
    try envelope.end()
    try envelope.begin(.postings)
    for part in postings { try envelope.append(part.bytes) }
    try envelope.end()
  }
}
