/// Reads the positions of one posting block; the grammar stands at ``PositionsWriter``.
struct PositionRun {
  /// The positions section up to the end of this run.
  let bytes: UnsafeRawBufferPointer
  let start: Int
  /// The block's termFreqs, `count` of them.
  let freqs: UnsafePointer<UInt32>
  let count: Int

  /// Appends the absolute positions of the index-th document; false when the bytes make no sense.
  func decode(index: Int, into positions: inout [UInt32]) -> Bool {
    // A damaged termFreq may have wrapped to 0; a document without positions has none to decode.
    guard freqs[index] > 0 else { return false }
    var first: UInt64 = 0
    for other in 0..<index { first &+= UInt64(freqs[other]) }
    var total = first
    for other in index..<count { total &+= UInt64(freqs[other]) }
    let wanted = first..<(first + UInt64(freqs[index]))
    let size = UInt64(PatchedBlock.size)
    let blocks = (total + size - 1) / size
    // Each block takes at least one byte and each but the first an offset.
    guard blocks <= UInt64(bytes.count - start), blocks > 0 else { return false }
    let origin = start + 4 * (Int(blocks) - 1)
    guard origin < bytes.count else { return false }
    var next: UInt32 = 0
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: PatchedBlock.size) { values in
      guard let base = values.baseAddress else { return false }
      for block in Int(wanted.lowerBound / size)...Int((wanted.upperBound - 1) / size) {
        let blockStart = UInt64(block) * size
        let blockCount = Int(min(size, total - blockStart))
        guard var offset = offset(ofBlock: block, origin: origin),
          PatchedBlock.decode(bytes, &offset, count: blockCount, into: base)
        else { return false }
        let from = Int(max(wanted.lowerBound, blockStart) - blockStart)
        let to = Int(min(wanted.upperBound - blockStart, UInt64(blockCount)))
        for value in from..<to {
          next = next &+ base[value]
          positions.append(next)
          next = next &+ 1
        }
      }
      return true
    }
  }

  /// Decodes the positions of all documents, each one's strictly ascending.
  ///
  /// Returns how many; nil when the bytes make no sense.
  func decodeAll(reserve: (Int) -> UnsafeMutablePointer<UInt32>) -> Int? {
    var total: UInt64 = 0
    for index in 0..<count {
      guard freqs[index] > 0 else { return nil }
      total &+= UInt64(freqs[index])
    }
    let size = UInt64(PatchedBlock.size)
    let blocks = (total + size - 1) / size
    // Each block takes at least one byte and each but the first an offset.
    guard blocks <= UInt64(bytes.count - start), blocks > 0 else { return nil }
    var offset = start + 4 * (Int(blocks) - 1)
    let positions = reserve(Int(total))
    for block in 0..<Int(blocks) {
      // Blocks lie one after the other.
      let first = block * PatchedBlock.size
      let room = min(PatchedBlock.size, Int(total) - first)
      guard PatchedBlock.decode(bytes, &offset, count: room, into: positions + first) else {
        return nil
      }
    }
    return sumUp(positions) ? Int(total) : nil
  }

  /// Turns the gaps of every document into positions; false when they pass 32 bits.
  private func sumUp(_ positions: UnsafeMutablePointer<UInt32>) -> Bool {
    var at = 0
    for index in 0..<count {
      let end = at + Int(freqs[index])
      var last = UInt64(positions[at])
      at += 1
      while at < end {
        last += UInt64(positions[at]) + 1
        positions[at] = UInt32(truncatingIfNeeded: last)
        at += 1
      }
      guard last < UInt64(UInt32.max) else { return false }
    }
    return true
  }

  private func offset(ofBlock block: Int, origin: Int) -> Int? {
    guard block > 0 else { return origin }
    let entry = start + 4 * (block - 1)
    guard let base = bytes.baseAddress, entry + 4 <= bytes.count else { return nil }
    let relative = UInt32(
      littleEndian: base.loadUnaligned(fromByteOffset: entry, as: UInt32.self))
    let offset = origin + Int(relative)
    return offset < bytes.count ? offset : nil
  }
}
