/// Memory for one query at a time: handed out by moving a mark, all given back at once.
///
/// Holds values without references only: nothing is ever deinitialised. Chunks are kept for the next query
/// up to a limit, so that a query in steady state allocates nothing from the system. Not thread-safe: each
/// search has its own.
///
/// A plain pointer, since it is handed on everywhere and references to an object would be counted: who
/// makes one says when its memory goes.
struct ScratchArena {
  private struct State {
    /// The chunk in use, and what is left of it.
    var next: UnsafeMutableRawPointer
    var left = 0
    var chunk = 0
    var chunks: [UnsafeMutableRawBufferPointer] = []
  }
  private let state: UnsafeMutablePointer<State>
  private static let chunkSize = 1 << 18
  /// Kept between queries.
  private static let keptSize = 1 << 23

  init() {
    let first = Self.chunk(Self.chunkSize)
    state = .allocate(capacity: 1)
    // Safe: a buffer of at least one chunk has a base.
    state.initialize(
      to: State(
        next: first.baseAddress.unsafelyUnwrapped, left: first.count, chunks: [first]))
  }

  /// Gives everything back to the system: neither this arena nor what it handed out may be used again.
  func deallocate() {
    for chunk in state.pointee.chunks { chunk.deallocate() }
    state.deinitialize(count: 1)
    state.deallocate()
  }

  private static func chunk(_ size: Int) -> UnsafeMutableRawBufferPointer {
    .allocate(byteCount: size, alignment: 64)
  }

  /// Uninitialised room for `count` values, valid until `reset`.
  func allocate<Value>(_: Value.Type, _ count: Int) -> UnsafeMutablePointer<Value> {
    assert(_isPOD(Value.self), "an arena holds values without references")
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

  /// Those of some numbers that a condition holds for.
  func filtered(_ numbers: Range<Int>, _ isWanted: (Int) -> Bool) -> ArenaList<Int> {
    var kept = ArenaList<Int>(capacity: numbers.count, self)
    for number in numbers where isWanted(number) { kept.append(number, self) }
    return kept
  }

  /// Takes all memory back; pointers handed out before are dead.
  func reset() {
    if state.pointee.chunks.count > 1 { release() }
    use(0)
  }

  /// Gives back to the system what is held beyond a limit.
  private func release() {
    var held = state.pointee.chunks.reduce(0) { $0 + $1.count }
    while held > Self.keptSize, let last = state.pointee.chunks.last,
      state.pointee.chunks.count > 1
    {
      held -= last.count
      last.deallocate()
      state.pointee.chunks.removeLast()
    }
  }

  private func use(_ chunk: Int) {
    let buffer = state.pointee.chunks[chunk]
    state.pointee.chunk = chunk
    // Safe: a chunk is never empty.
    state.pointee.next = buffer.baseAddress.unsafelyUnwrapped
    state.pointee.left = buffer.count
  }

  @inline(__always)
  private func room(for size: Int) -> UnsafeMutableRawPointer {
    // Cache lines are not shared between arrays.
    let padded = (size + 63) & ~63
    if padded > state.pointee.left { makeRoom(padded) }
    let start = state.pointee.next
    state.pointee.next = start + padded
    state.pointee.left -= padded
    return start
  }

  @inline(never)
  private func makeRoom(_ size: Int) {
    while state.pointee.chunk + 1 < state.pointee.chunks.count {
      use(state.pointee.chunk + 1)
      if size <= state.pointee.left { return }
    }
    state.pointee.chunks.append(Self.chunk(max(Self.chunkSize, size)))
    use(state.pointee.chunks.count - 1)
  }
}
