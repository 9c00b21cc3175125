import LedeStorage

/// Taking over articles of other segments, as a merge does.
extension StoredArticlesWriter {
  /// Compressed bytes of articles from which on copying a segment's blocks, and its dictionary with
  /// them, is better than compressing them again.
  package static let smallestCopy = 4 << 20
  /// A segment with more dictionaries than this is compressed again; they are numbered in 16 bits.
  private static let mostDictionaries = 1 << 10

  /// Adds documents of another segment in the order given.
  ///
  /// A block whose documents all come, one after the other, is copied as it is. What is left of the
  /// others is compressed again, and so is a segment so small that its dictionary would weigh.
  ///
  /// - Parameters:
  ///   - docs: those that are to follow, in ascending order.
  ///   - smallestCopy: compressed bytes that the segment must have to be copied.
  package func append(
    _ docs: [UInt32], of source: StoredArticles, to envelope: EnvelopeWriter,
    smallestCopy: Int = smallestCopy
  ) throws(FormatError) {
    precondition(source.hasText == storesText, "a segment has all texts or none")
    let cursor = StoredArticlesCursor(source)
    let copies =
      source.blocksEnd >= smallestCopy
      && dictionaries.count + source.dictionaryCount <= Self.mostDictionaries
    var index = 0
    while index < docs.count {
      let block = try source.block(of: docs[index])
      let range = try source.block(block).docs
      let end = index + range.count
      if copies, end <= docs.count, docs[index] == range.lowerBound,
        docs[end - 1] == range.upperBound - 1
      {
        try copy(block, range.count, of: source, to: envelope)
        index = end
        continue
      }
      if copies {
        try useDictionary(ofBlock: block, of: source, envelope)
      } else {
        try useOwnDictionary(envelope)
      }
      while index < docs.count, range.contains(docs[index]) {
        try append(docs[index], from: cursor, to: envelope)
        index += 1
      }
    }
  }

  /// Adds one document of another segment, compressed again.
  package func append(
    _ doc: UInt32, from cursor: StoredArticlesCursor, to envelope: EnvelopeWriter
  ) throws(FormatError) {
    try cursor.withRecord(doc) { (record) throws(FormatError) in
      try add(record, to: envelope)
    }
  }

  private func add(
    _ record: UnsafeRawBufferPointer, to envelope: EnvelopeWriter
  ) throws(FormatError) {
    try makeRoom(for: record.count, envelope)
    pending.append(contentsOf: record)
    try flushFull(envelope)
  }

  private func copy(
    _ block: Int, _ docCount: Int, of source: StoredArticles, to envelope: EnvelopeWriter
  ) throws(FormatError) {
    let dictionary = try adopt(try source.dictionary(ofBlock: block).bytes)
    try flushPending(to: envelope)
    tables.dictionaries.append(dictionary)
    tables.blockOffsets.append(envelope.sectionLength)
    tables.rawLengths.append(UInt32(try source.block(block).rawLength))
    tables.firstDocs.append(UInt32(tables.docCount))
    tables.docCount += docCount
    try envelope.append(source.bytes(ofBlock: block))
  }

  // MARK: Dictionaries

  /// What follows is compressed with the dictionary of a segment's block.
  private func useDictionary(
    ofBlock block: Int, of source: StoredArticles, _ envelope: EnvelopeWriter
  ) throws(FormatError) {
    let number = Int(try adopt(try source.dictionary(ofBlock: block).bytes))
    if dictionary == number { return }
    try flushPending(to: envelope)
    useDictionary(number)
  }

  /// What follows is compressed with a dictionary of its own.
  private func useOwnDictionary(_ envelope: EnvelopeWriter) throws(FormatError) {
    guard let dictionary, dictionary != ownDictionary else { return }
    try flushPending(to: envelope)
    useDictionary(ownDictionary)
  }

  /// The number in this segment of a dictionary of another.
  private func adopt(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> UInt16 {
    // The place tells dictionaries apart, but for empty ones: segments stay mapped during a merge.
    let place = bytes.isEmpty ? nil : bytes.baseAddress
    if let place, let number = adopted[place] { return number }
    let content = Array(bytes)
    let known = dictionaries.firstIndex(of: content)
    let number = UInt16(known ?? dictionaries.count)
    if known == nil { dictionaries.append(content) }
    if let place { adopted[place] = number }
    return number
  }
}
