/// A window over the bytes of a stream that grows up to a limit: the one place where the readers
/// hold input in memory.
///
/// The bytes behind the filled part are always readable for `padding` more, as simdjson asks.
final class StreamBuffer {
  static let initialCapacity = 1 << 20
  static let padding = 64

  private let stream: ByteStream
  private var storage: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// Offset of `start` in the decompressed stream.
  private(set) var offset: UInt64 = 0
  private(set) var isAtEnd = false

  init(stream: ByteStream) {
    self.stream = stream
    storage = Self.allocate(Self.initialCapacity)
  }

  deinit { storage.deallocate() }

  /// What is held and not yet consumed. Valid until the next `fill` or `discard`.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[start..<end]) }
  var count: Int { end - start }
  private var capacity: Int { storage.count - Self.padding }

  private static func allocate(_ capacity: Int) -> UnsafeMutableRawBufferPointer {
    let storage = UnsafeMutableRawBufferPointer.allocate(
      byteCount: capacity + padding, alignment: 64)
    // Read by simdjson's last block, so it must be initialised; its value does not matter.
    storage.baseAddress?.advanced(by: capacity).initializeMemory(
      as: UInt8.self, repeating: 0, count: padding)
    return storage
  }

  /// Drops bytes from the front.
  func consume(_ count: Int) {
    precondition(count <= end - start, "cannot consume more than is held")
    start += count
    offset &+= UInt64(count)
  }

  /// Appends some bytes of the stream; false at its end.
  func fill() throws(StreamFailure) -> Bool {
    if isAtEnd { return false }
    makeRoom()
    let room = UnsafeMutableRawBufferPointer(rebasing: storage[end..<capacity])
    let count = try stream.read(into: room)
    if count == 0 { isAtEnd = true }
    end += count
    return count > 0
  }

  private func makeRoom() {
    if start == end {
      start = 0
      end = 0
      if capacity > 4 * Self.initialCapacity { move(to: Self.initialCapacity) }
    }
    guard capacity - end < capacity / 4 else { return }
    let held = end - start
    if held <= capacity / 2 {
      storage.copyMemory(from: bytes)
      start = 0
      end = held
    } else {
      move(to: capacity * 2)
    }
  }

  private func move(to capacity: Int) {
    let larger = Self.allocate(capacity)
    let held = bytes
    larger.copyMemory(from: held)
    end = held.count
    start = 0
    storage.deallocate()
    storage = larger
  }
}
