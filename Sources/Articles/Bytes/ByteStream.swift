/// Why a stream of bytes ended early. Everything handed out before stays valid.
enum StreamFailure: Error, Equatable {
  case system(SystemFailure, offset: UInt64)
  /// Damage at a byte of the compressed input.
  case brokenGzip(reason: String, offset: UInt64)
  case bomb(ratio: Int, offset: UInt64)
  case outOfMemory
}

/// The bytes of one input, unpacked when they begin with gzip's magic number.
///
/// Memory is one chunk of 256 KiB and zlib's window, whatever the input holds.
final class ByteStream {
  private static let chunkSize = 256 << 10

  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private let maximumRatio: Int
  private let chunk: UnsafeMutableRawBufferPointer
  private var chunkStart = 0
  private var chunkEnd = 0
  private var inflater: GzipInflater?
  private var isProbed = false
  private var isAtEnd = false
  private var failure: StreamFailure?

  /// Bytes taken from the descriptor.
  private(set) var bytesRead: UInt64 = 0
  /// Bytes handed out.
  private(set) var bytesDecoded: UInt64 = 0
  /// Where bytes that are no gzip member follow the last one; they are left out.
  private(set) var trailingGarbage: UInt64?

  var isCompressed: Bool { inflater != nil }

  init(descriptor: Int32, ownsDescriptor: Bool, maximumRatio: Int) {
    self.descriptor = descriptor
    self.ownsDescriptor = ownsDescriptor
    self.maximumRatio = maximumRatio
    chunk = .allocate(byteCount: Self.chunkSize, alignment: 64)
  }

  deinit {
    chunk.deallocate()
    if ownsDescriptor { Posix.close(descriptor) }
  }

  /// Fills as much of the buffer as one step yields; 0 at the end.
  ///
  /// A failure is thrown after all bytes before it were handed out, and again from then on.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(StreamFailure) -> Int {
    if let failure { throw failure }
    precondition(!buffer.isEmpty, "a read needs room")
    do {
      if !isProbed { try probe() }
      let count = inflater == nil ? try readPlain(into: buffer) : try inflate(into: buffer)
      bytesDecoded &+= UInt64(count)
      return count
    } catch {
      failure = error
      throw error
    }
  }

  /// Gathers the first bytes, however slowly a pipe gives them, and looks for gzip's magic.
  private func probe() throws(StreamFailure) {
    isProbed = true
    while chunkEnd < 3, try refill() {}
    guard chunkEnd >= 3, chunk[0] == 0x1F, chunk[1] == 0x8B, chunk[2] == 8 else { return }
    guard let inflater = GzipInflater() else { throw .outOfMemory }
    self.inflater = inflater
  }

  /// Appends what one system call gives to the chunk; false at the end.
  private func refill() throws(StreamFailure) -> Bool {
    if isAtEnd { return false }
    if chunkStart == chunkEnd {
      chunkStart = 0
      chunkEnd = 0
    }
    let room = UnsafeMutableRawBufferPointer(rebasing: chunk[chunkEnd...])
    let count = try readSystem(into: room)
    chunkEnd += count
    return count > 0
  }

  private func readSystem(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(StreamFailure) -> Int {
    do throws(SystemFailure) {
      let count = try Posix.read(descriptor, into: buffer)
      if count == 0 { isAtEnd = true }
      bytesRead &+= UInt64(count)
      return count
    } catch {
      throw .system(error, offset: bytesRead)
    }
  }

  private func readPlain(into buffer: UnsafeMutableRawBufferPointer) throws(StreamFailure) -> Int {
    guard chunkStart < chunkEnd else { return isAtEnd ? 0 : try readSystem(into: buffer) }
    let count = min(buffer.count, chunkEnd - chunkStart)
    buffer.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: chunk[chunkStart..<chunkStart + count]))
    chunkStart += count
    return count
  }

  /// Compressed offset of the next byte that zlib has not taken.
  private var position: UInt64 { bytesRead &- UInt64(chunkEnd - chunkStart) }

  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(StreamFailure) -> Int {
    guard let inflater else { return 0 }
    while true {
      if chunkStart == chunkEnd { _ = try refill() }
      if inflater.isBetweenMembers {
        guard try beginMember() else { return 0 }
      }
      if chunkStart == chunkEnd {
        throw .brokenGzip(reason: "the compressed data ends too early", offset: position)
      }
      let input = UnsafeMutableRawBufferPointer(rebasing: chunk[chunkStart..<chunkEnd])
      let step = inflater.step(input: input, output: buffer)
      chunkStart += step.consumed
      if let reason = step.failure {
        guard step.produced > 0 else { throw .brokenGzip(reason: reason, offset: position) }
        failure = .brokenGzip(reason: reason, offset: position)
        return step.produced
      }
      if step.produced > 0 {
        try checkRatio(adding: step.produced)
        return step.produced
      }
    }
  }

  /// Starts the next member of a multi-member file; false at the end of the last.
  ///
  /// Tools pad with zeros (tar) or leave foreign bytes: neither belongs to the text.
  private func beginMember() throws(StreamFailure) -> Bool {
    guard let inflater else { return false }
    while chunkEnd - chunkStart < 2 {
      compactChunk()
      if !(try refill()) { break }
    }
    guard chunkStart < chunkEnd else { return false }
    if chunkEnd - chunkStart >= 2, chunk[chunkStart] == 0x1F, chunk[chunkStart + 1] == 0x8B {
      inflater.reset()
      return true
    }
    if inflater.memberCount == 0 {
      throw .brokenGzip(reason: "the compressed data ends too early", offset: position)
    }
    let start = position
    repeat {
      let rest = chunk[chunkStart..<chunkEnd]
      if trailingGarbage == nil, rest.contains(where: { $0 != 0 }) { trailingGarbage = start }
      chunkStart = chunkEnd
    } while try refill()
    return false
  }

  /// Moves what is left to the front, so that a refill has room.
  private func compactChunk() {
    guard chunkStart > 0, chunkStart < chunkEnd else { return }
    let rest = UnsafeRawBufferPointer(rebasing: chunk[chunkStart..<chunkEnd])
    chunk.copyMemory(from: rest)
    chunkEnd -= chunkStart
    chunkStart = 0
  }

  private func checkRatio(adding produced: Int) throws(StreamFailure) {
    let total = bytesDecoded &+ UInt64(produced)
    guard total > 64 << 20, total / max(position, 1) >= UInt64(max(maximumRatio, 1)) else { return }
    throw .bomb(ratio: maximumRatio, offset: position)
  }
}
