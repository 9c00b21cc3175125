/// Reads LEB128 numbers one after the other; what went wrong is asked once, at the end.
///
/// Most numbers of a dictionary take one byte, so that is the path without a call.
struct VarintReader {
  private let bytes: UnsafeRawBufferPointer
  private let end: Int
  private(set) var offset: Int
  /// Whether a number ran past the end or 64 bits; then it and all later ones are 0.
  private(set) var failed = false

  /// - Parameter end: at most the count of `bytes`.
  init(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) {
    self.bytes = bytes
    self.end = end
    offset = start
  }

  var remaining: Int { end - offset }

  @inline(__always)
  mutating func next() -> UInt64 {
    guard offset < end, !failed else { return fail() }
    let byte = bytes[offset]
    guard byte >= 0x80 else {
      offset += 1
      return UInt64(byte)
    }
    return nextLong()
  }

  @inline(__always)
  mutating func nextByte() -> UInt8 {
    guard offset < end, !failed else { return UInt8(fail()) }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// A number below 2^32; fails on any other.
  @inline(__always)
  mutating func nextInt() -> Int {
    let number = next()
    return number <= UInt64(UInt32.max) ? Int(number) : Int(fail())
  }

  /// Moves past bytes, of which so many remain.
  mutating func skip(_ count: Int) { offset += count }

  /// Copies bytes, of which so many remain, and moves past them.
  mutating func copy(_ count: Int, to out: UnsafeMutablePointer<UInt8>) {
    precondition(count <= remaining, "the bytes are there")
    if let base = bytes.baseAddress {
      UnsafeMutableRawPointer(out).copyMemory(from: base + offset, byteCount: count)
    }
    offset += count
  }

  @inline(never)
  private mutating func nextLong() -> UInt64 {
    let upToEnd = UnsafeRawBufferPointer(rebasing: bytes[..<end])
    return Varint.read(upToEnd, &offset) ?? fail()
  }

  @inline(never)
  private mutating func fail() -> UInt64 {
    failed = true
    return 0
  }
}
