import LedeStorage

/// What a ``PostingsWriter`` encoded of some terms: a part of the postings and positions sections.
// Sendable: nobody writes to the buffers any more.
package struct EncodedPostings: @unchecked Sendable {
  let postings: EncodingBuffer
  let positions: EncodingBuffer
}

/// The postings and positions sections, put together of parts that were encoded apart.
package struct PostingsSections {
  private var parts: [EncodedPostings] = []
  /// Bytes of all parts so far: what the locations of the next part's terms are moved by.
  package private(set) var postingsLength: UInt64 = 0
  package private(set) var positionsLength: UInt64 = 0

  package init() {}

  /// Appends the next part, in the order of the term dictionary.
  package mutating func append(_ part: EncodedPostings) {
    parts.append(part)
    postingsLength += UInt64(part.postings.count)
    positionsLength += UInt64(part.positions.count)
  }

  /// Writes both sections.
  package func finish(into envelope: EnvelopeWriter) throws(FormatError) {
    try envelope.begin(.postings)
    for part in parts { try envelope.append(part.postings.bytes) }
    try envelope.end()
    try envelope.begin(.positions)
    for part in parts { try envelope.append(part.positions.bytes) }
    try envelope.end()
  }
}
