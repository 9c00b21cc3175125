/// Memory for one query at a time: handed out by moving a mark, all given back at once.
///
/// Holds values without references only: nothing is ever deinitialised. Chunks are kept for the next query up to a limit, so that a query in
/// steady state allocates nothing from the system. Not thread-safe: each search has its own.
final class ScratchArena {
  private var chunks: [UnsafeMutableRawBufferPointer] = []
  private var chunk = 0
  private var used = 0
  private static let chunkSize = 1 << 18
  /// Kept between queries.
  private static let keptSize = 1 << 23

  deinit { for chunk in chunks { chunk.deallocate() } }

  /// Uninitialised room for `count` values, valid until `reset`.
  func allocate<Value>(_: Value.Type, _ count: Int) -> UnsafeMutablePointer<Value> {
    let size = max(1, count) * MemoryLayout<Value>.stride
    let start = room(for: size)
    return start.bindMemory(to: Value.self, capacity: max(1, count))
  }

  func allocate<Value>(
    repeating value: Value, _ count: Int
  ) -> UnsafeMutablePointer<Value> {
    let values = allocate(Value.self, count)
    values.initialize(repeating: value, count: count)
    return values
  }

  /// Takes all memory back; pointers handed out before are dead.
  func reset() {
    chunk = 0
    used = 0
    var held = 0
    while let last = chunks.last {
      held = chunks.reduce(0) { $0 + $1.count }
      guard held > Self.keptSize, chunks.count > 1 || last.count > Self.keptSize else { break }
      last.deallocate()
      chunks.removeLast()
    }
  }

  private func room(for size: Int) -> UnsafeMutableRawPointer {
    // Cache lines are not shared between arrays.
    let padded = (size + 63) & ~63
    while chunk < chunks.count {
      if chunks[chunk].count - used >= padded, let base = chunks[chunk].baseAddress {
        defer { used += padded }
        return base + used
      }
      chunk += 1
      used = 0
    }
    let fresh = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(Self.chunkSize, padded), alignment: 64)
    chunks.append(fresh)
    used = padded
    // Safe: a buffer of at least one chunk has a base.
    return fresh.baseAddress.unsafelyUnwrapped
  }
}
