/// Encodes positions, aligned to posting blocks so that one probe reaches one document.
///
///     positions := run per posting block
///     run       := [offset: u32 * (S - 1)], patched block * S
///
/// The run of a posting block holds, document after document, the first position and then the gaps
/// to the previous one less one. S is the number of patched blocks of 128 values, the last one
/// shorter; offsets are those of the second and later ones, relative to the first. How many values
/// there are is known from the termFreqs.
final class PositionsWriter {
  let bytes = EncodingBuffer(capacity: 1 << 20)
  private let blocks = EncodingBuffer()
  private var deltas: [UInt32] = []

  /// Appends the positions of one posting block; `freqs` splits them into documents.
  func add(block freqs: some Collection<UInt32>, _ positions: UnsafeBufferPointer<UInt32>) {
    collectDeltas(freqs, positions)
    blocks.removeAll()
    deltas.withUnsafeMutableBufferPointer { deltas in
      for start in stride(from: 0, to: deltas.count, by: PatchedBlock.size) {
        if start > 0 {
          withUnsafePointer(to: UInt32(blocks.count)) {
            bytes.append(littleEndian: UnsafeBufferPointer(start: $0, count: 1))
          }
        }
        let end = min(start + PatchedBlock.size, deltas.count)
        PatchedBlock.encode(UnsafeMutableBufferPointer(rebasing: deltas[start..<end]), to: blocks)
      }
    }
    bytes.append(blocks.bytes)
  }

  private func collectDeltas(
    _ freqs: some Collection<UInt32>, _ positions: UnsafeBufferPointer<UInt32>
  ) {
    deltas.removeAll(keepingCapacity: true)
    var index = 0
    for freq in freqs {
      var next: UInt32 = 0
      for _ in 0..<freq {
        precondition(positions[index] >= next, "positions ascend")
        deltas.append(positions[index] - next)
        next = positions[index] &+ 1
        index += 1
      }
    }
    precondition(index == positions.count, "every occurrence has a position")
  }
}
