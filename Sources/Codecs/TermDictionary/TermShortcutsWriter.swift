import CLedeKernels

/// Gathers the shortcuts of a dictionary's frequent terms; the grammar stands at ``TermShortcuts``.
struct TermShortcutsWriter {
  /// A term has a shortcut where one in so many of the segment's documents holds it, or more do.
  ///
  /// Of 390,655 passages of Wikipedia about 3,200 terms are so frequent, which are nearly three fifths of the words of a
  /// query log. Their shortcuts take a thousandth of the index.
  private static let documentsPerHolder: UInt32 = 384
  /// Of a small segment, terms in fewer documents have none.
  private static let leastDocFreq: UInt32 = 128
  /// Buckets have two to four entries on average.
  private static let entriesPerBucket = 2

  let leastDocFreq: UInt32
  private var entries: [Entry] = []
  private var keys: [UInt8] = []

  private struct Entry {
    let namespace: TermNamespace
    let key: Range<Int>
    let shortcut: lede_shortcut

    var docFreq: UInt64 { shortcut[LEDE_SHORTCUT_DOC_FREQ] }
  }

  init(docCount: UInt32) {
    leastDocFreq = max(Self.leastDocFreq, docCount / Self.documentsPerHolder)
  }

  var isEmpty: Bool { entries.isEmpty }

  /// Bytes of memory held.
  var memoryUse: Int { MemoryLayout<Entry>.stride * entries.capacity + keys.capacity }

  /// Takes a term that is frequent.
  mutating func add(
    _ namespace: TermNamespace, _ key: UnsafeBufferPointer<UInt8>, _ term: lede_term,
    ordinal: UInt32
  ) {
    guard key.count <= Int(LEDE_SHORTCUT_MOST) else { return }
    let start = keys.count
    keys.append(contentsOf: key)
    entries.append(
      Entry(
        namespace: namespace, key: start..<keys.count,
        shortcut: lede_shortcut(term, ordinal: ordinal)))
  }

  /// Writes the section; what is most frequent comes first in its bucket.
  func write(into envelope: EnvelopeWriter) throws(FormatError) {
    var table = lede_shortcuts()
    while entries.count >> (table.bucket_bits + 1) >= Self.entriesPerBucket {
      table.bucket_bits += 1
    }
    let widths = (0..<lede_shortcut.partCount).map(width)
    withUnsafeMutableBytes(of: &table.widths) { $0.copyBytes(from: widths) }
    var buckets = [[Int]](repeating: [], count: 1 << Int(table.bucket_bits))
    for (number, entry) in entries.enumerated() {
      buckets[Int(bucket(of: entry, table.bucket_bits))].append(number)
    }
    let body = EncodingBuffer()
    var starts: [UInt32] = [0]
    for bucket in buckets {
      for number in bucket.sorted(by: {
        (entries[$1].docFreq, $0) < (entries[$0].docFreq, $1)
      }) {
        append(entries[number], table, to: body)
      }
      starts.append(UInt32(body.count))
    }
    let section = EncodingBuffer()
    append([UInt32(entries.count), table.bucket_bits], to: section)
    for width in widths + [0] { section.append(width) }
    append(starts, to: section)
    section.append(body.bytes)
    append([0, 0], to: section)
    try envelope.append(section.bytes)
  }

  private func append(_ numbers: [UInt32], to section: EncodingBuffer) {
    numbers.withUnsafeBufferPointer { section.append(littleEndian: $0) }
  }

  /// Bits of a part.
  private func width(_ part: Int) -> UInt8 {
    let most = entries.reduce(0) { max($0, $1.shortcut[part]) }
    return UInt8(UInt64.bitWidth - most.leadingZeroBitCount)
  }

  private func bucket(of entry: Entry, _ bucketBits: UInt32) -> UInt32 {
    keys[entry.key].withUnsafeBufferPointer {
      lede_shortcut_bucket(bucketBits, UInt32(entry.namespace.rawValue), $0.baseAddress, $0.count)
    }
  }

  private func append(_ entry: Entry, _ table: lede_shortcuts, to body: EncodingBuffer) {
    var shortcut = entry.shortcut
    keys[entry.key].withUnsafeBufferPointer { key in
      withUnsafePointer(to: table) { table in
        body.write(upTo: 1 + key.count + lede_shortcut_size(table)) { out in
          lede_put_shortcut(
            table, UInt32(entry.namespace.rawValue), key.baseAddress, key.count, &shortcut, out)
            - out
        }
      }
    }
  }
}
