import LedeCodecs

/// The keys of a segment under construction, and which document has one.
///
/// Mostly they ascend: archives are walked in the order of their paths, number what is inside a file,
/// and number or date their articles. As long as every key is longer than the one before, or as long
/// and behind it by its bytes, a key behind the last is a new one, and a table of all is not made:
/// filling it took a twentieth of the time of indexing short passages.
struct PendingKeys: ~Copyable {
  private var keys = KeysWriter()
  private var last: [UInt8] = []
  /// Whether `numbers` and `lastDocument` are not kept up.
  private var ascend = true
  /// Every key, and by its number the last document that has it.
  private var numbers = TermTable(minimumCapacity: 256)
  private var lastDocument: [UInt32] = []
  private var scratch: [UInt8] = []
  /// Words of memory for the records of keys that ascend.
  private var recordWords = 1
  /// Bytes of all keys.
  private(set) var size = 0

  /// Bytes of memory held, and taken when they are written; as if there were a table in any case, so
  /// that segments do not depend on it.
  var memoryUse: Int {
    2 * size
      + (ascend
        ? TermTable.memoryUse(count: keys.docCount, words: recordWords) : numbers.memoryUse)
  }

  /// Adds the key of the next document.
  mutating func add(_ key: String) throws(FormatError) {
    scratch.replace(with: key)
    if ascend, !isBehindLast { makeTable() }
    let doc = UInt32(truncatingIfNeeded: keys.docCount)
    try keys.add(key)
    size += scratch.count
    if ascend {
      recordWords += TermTable.recordWords(scratch.count)
      swap(&last, &scratch)
    } else {
      remember(doc)
    }
  }

  /// The last document that has a key; nil when there is none.
  mutating func document(_ key: String) -> UInt32? {
    scratch.replace(with: key)
    if ascend {
      if isBehindLast { return nil }
      makeTable()
    }
    return numbers.find(padding: &scratch).map { lastDocument[Int($0)] }
  }

  /// Writes the section.
  func write(
    to envelope: EnvelopeWriter, sequences: SequencesWriter
  ) throws(FormatError) { try keys.write(to: envelope, sequences: sequences) }

  /// Whether the key in `scratch` comes after the last one.
  private var isBehindLast: Bool {
    if scratch.count != last.count { return scratch.count > last.count }
    return last.lexicographicallyPrecedes(scratch)
  }

  private mutating func makeTable() {
    ascend = false
    let key = scratch
    for doc in 0..<keys.docCount {
      scratch.removeAll(keepingCapacity: true)
      keys.withKey(doc) { scratch.append(contentsOf: $0) }
      remember(UInt32(truncatingIfNeeded: doc))
    }
    scratch = key
  }

  /// Notes the document of the key in `scratch`, which gets padding.
  private mutating func remember(_ doc: UInt32) {
    let number = Int(numbers.intern(padding: &scratch))
    if number == lastDocument.count {
      lastDocument.append(doc)
    } else {
      lastDocument[number] = doc
    }
  }
}

extension [UInt8] {
  fileprivate mutating func replace(with text: String) {
    removeAll(keepingCapacity: true)
    append(contentsOf: text.utf8)
  }
}
