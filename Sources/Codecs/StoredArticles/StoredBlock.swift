import CLedeKernels

/// A block of stored records: where they lie in it, and their compressed bytes.
///
///     block   := lengths, deflated
///     lengths := least: varint, width: u8, (length - least) * n        (horizontal)
///
/// Records of the same length, as those without text mostly are, so take no room for it. Where all are the same,
/// as those of one archive without titles are, one stands for them.
struct StoredBlock {
  let docs: Range<UInt32>
  /// Bytes of all records, or of the one that stands for all.
  let rawLength: Int
  /// The records, deflated.
  let compressed: UnsafeRawBufferPointer
  private let least: Int
  private let width: UInt32
  private let packed: UnsafeRawBufferPointer

  /// nil when the bytes cannot be those of a block.
  init?(_ bytes: UnsafeRawBufferPointer, docs: Range<UInt32>, rawLength: Int) {
    var offset = 0
    guard let least = Varint.read32(bytes, &offset), offset < bytes.count, bytes[offset] <= 32
    else {
      return nil
    }
    self.least = Int(least)
    width = UInt32(bytes[offset])
    offset += 1
    let packedSize = (docs.count * Int(width) + 7) / 8
    guard packedSize <= bytes.count - offset else { return nil }
    packed = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + packedSize])
    compressed = UnsafeRawBufferPointer(rebasing: bytes[(offset + packedSize)...])
    self.docs = docs
    self.rawLength = rawLength
    // Deflate cannot do better than 1032 to 1, and a record has a byte at least: a larger claim is
    // a lie, and costs no memory.
    guard rawLength <= StoredArticlesWriter.maxRecordSize, rawLength / 1032 <= compressed.count,
      docs.count <= rawLength || isRepeated
    else { return nil }
  }

  /// Whether all records are the same, and stated once.
  var isRepeated: Bool { width == 0 && least > 0 && rawLength == least && docs.count > 1 }

  /// Where the record of a place is among the block's bytes, given the ends.
  func range(of place: Int, _ ends: [UInt32]) -> Range<Int> {
    (place == 0 || isRepeated ? 0 : Int(ends[place - 1]))..<Int(ends[place])
  }

  /// Replaces `ends` with the ends of the records among the block's bytes; false unless the last is
  /// `rawLength`.
  func readEnds(into ends: inout [UInt32]) -> Bool {
    let count = docs.count
    ends.removeAll(keepingCapacity: true)
    if isRepeated {
      ends.append(contentsOf: repeatElement(UInt32(rawLength), count: count))
      return true
    }
    ends.append(contentsOf: repeatElement(0, count: count))
    var end = 0
    ends.withUnsafeMutableBufferPointer { ends in
      if width > 0, let packed = packed.baseAddress {
        // Safe: `packed` was cut to the size of `count` values.
        lede_unpack_run(
          packed.assumingMemoryBound(to: UInt8.self), self.packed.count, count, width,
          ends.baseAddress)
      }
      for index in ends.indices {
        end = min(end + least + Int(ends[index]), Int(UInt32.max))
        ends[index] = UInt32(truncatingIfNeeded: end)
      }
    }
    return end == rawLength
  }

  /// The bytes that a block states of its records: one of them if all are the same.
  static func stated(_ records: [UInt8], lengths: [UInt32]) -> [UInt8] {
    guard lengths.count > 1, let size = lengths.first.map({ Int($0) }), size > 0,
      lengths.allSatisfy({ Int($0) == size }),
      // Each is as the one before it.
      records.dropFirst(size).elementsEqual(records.dropLast(size))
    else { return records }
    return Array(records.prefix(size))
  }

  /// Appends the lengths of a block's records.
  static func append(lengths: [UInt32], to buffer: EncodingBuffer) {
    let least = lengths.min() ?? 0
    buffer.append(varint: UInt64(least))
    let values = lengths.map { $0 - least }
    values.withUnsafeBufferPointer { values in
      let width = lede_bits_needed(values.baseAddress, values.count)
      buffer.append(UInt8(width))
      buffer.write(upTo: (values.count * Int(width) + 7) / 8 + 8) {
        lede_pack_run(values.baseAddress, values.count, width, $0)
      }
    }
  }
}
