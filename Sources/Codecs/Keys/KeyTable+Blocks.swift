import LedeStorage

extension KeyTable {
  /// A key in pieces: the bytes that each key stated in its block up to it has of its own.
  struct PiecedKey {
    /// From the start of the block on.
    let block: UnsafeRawBufferPointer
    /// Where pieces of the block start, up to that of the key that is meant, or that it is a successor of:
    /// at most 128, so small that they find room on the stack.
    let starts: UnsafeBufferPointer<UInt32>
    /// Bytes of the last key stated.
    let count: Int
    /// How many times the key is the successor of the last one stated.
    var increment = 0

    struct Piece {
      var shared: Int
      var suffix: UnsafeRawBufferPointer
    }

    /// Calls `body` with the parts of the stated key, last part first, and where each starts.
    @inline(__always)
    private func forEachPart(_ body: (Int, UnsafeRawBufferPointer) -> Bool) {
      var end = count
      for start in starts.reversed() {
        var offset = Int(start)
        // There is one: it was read before.
        guard let piece = KeyTable.piece(block, &offset) else { return }
        guard piece.shared < end else { continue }
        let part = UnsafeRawBufferPointer(rebasing: piece.suffix[..<(end - piece.shared)])
        if !body(piece.shared, part) { return }
        end = piece.shared
      }
    }

    /// Calls `body` with the whole key.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
      let room = count + KeyNumber.maxGrowth
      return withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { key in
        forEachPart { start, part in
          let place = KeyNumber.maxGrowth + start
          UnsafeMutableRawBufferPointer(rebasing: key[place..<place + part.count])
            .copyMemory(from: part)
          return true
        }
        let start = KeyNumber.add(increment, to: key, from: KeyNumber.maxGrowth)
        return body(UnsafeRawBufferPointer(rebasing: key[start...]))
      }
    }

    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
      if increment > 0 {
        return withBytes { $0.count == other.count && $0.elementsEqual(other) }
      }
      guard other.count == count else { return false }
      var isEqual = true
      forEachPart { start, part in
        isEqual = other[start..<start + part.count].elementsEqual(part)
        return isEqual
      }
      return isEqual
    }

    /// The end of the number that the last key stated ends with.
    var tail: KeyNumber.Tail {
      var tail = KeyNumber.Tail()
      forEachPart { _, part in tail.prepend(part) }
      return tail
    }
  }

  /// Reads the keys of a block up to that of `doc` and hands over the last one.
  func withKey<Result>(
    of doc: UInt32, _ body: (PiecedKey) -> Result
  ) throws(FormatError) -> Result {
    precondition(doc < docCount, "a docID is below the segment's docCount")
    let all = self.place(of: doc)
    guard all < docCount else { throw corrupt("document \(doc) has no rank") }
    let number = all >> blockShift
    let place = all & (1 << blockShift - 1)
    let result: Result?? = findStated(number) { key, first, count in
      guard place < first + count else { return nil }
      var key = key
      key.increment = place - first
      return body(key)
    }
    guard case .some(.some(let result)) = result else { throw corruptBlock(number) }
    return result
  }

  /// The first key of a block, which stands there whole.
  func firstKey(ofBlock number: Int) throws(FormatError) -> UnsafeRawBufferPointer {
    let (bytes, start) = blockBytes(number)
    var offset = start
    guard let piece = Self.piece(bytes, &offset), piece.shared == 0 else {
      throw corruptBlock(number)
    }
    return piece.suffix
  }

  /// The document of a block that has the key, or its rank; nil if none does.
  func find(
    _ wanted: UnsafeRawBufferPointer, inBlock number: Int
  ) throws(FormatError) -> UInt32? {
    var tail = KeyNumber.Tail()
    _ = tail.prepend(wanted)
    let found: Int?? = findStated(number) { key, first, count in
      if key.equals(wanted) { return first }
      guard count > 1, wanted.count >= key.count else { return nil }
      // Up to 127 successors differ in their last three digits.
      let place = (tail.value - key.tail.value + KeyNumber.Tail.limit) % KeyNumber.Tail.limit
      guard place > 0, place < count else { return nil }
      var key = key
      key.increment = place
      return key.equals(wanted) ? first + place : nil
    }
    guard let found else { throw corruptBlock(number) }
    return found.map { UInt32(number << blockShift + $0) }
  }

  /// Calls `body` with each key that a block states, its place in the block, and the number of keys
  /// from it to the next one stated, until it returns something; nil when the block makes no sense.
  private func findStated<Result>(
    _ number: Int, _ body: (PiecedKey, Int, Int) -> Result?
  ) -> Result?? {
    let count = min(1 << blockShift, docCount - number << blockShift)
    let (all, start) = blockBytes(number)
    guard start <= all.count else { return nil }
    let bytes = UnsafeRawBufferPointer(rebasing: all[start...])
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { starts in
      var (offset, length) = (0, 0)
      var (place, stated) = (0, 0)
      while place < count {
        guard let start = UInt32(exactly: offset), let piece = Self.piece(bytes, &offset),
          piece.shared <= length, let run = Self.run(bytes, &offset), run < count - place
        else { return nil }
        length = piece.shared + piece.suffix.count
        // Safe: a block states at most as many keys as it has.
        starts.initializeElement(at: stated, to: start)
        stated += 1
        let key = PiecedKey(
          block: bytes, starts: UnsafeBufferPointer(rebasing: starts[..<stated]), count: length)
        if let result = body(key, place, 1 + run) { return result }
        place += 1 + run
      }
      return .some(nil)
    }
  }

  /// A key that a block states; nil when it is cut off or a run.
  @inline(__always)
  private static func piece(
    _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) -> PiecedKey.Piece? {
    guard offset < bytes.count else { return nil }
    let (low, high) = (Int(bytes[offset] & 15), Int(bytes[offset] >> 4))
    offset += 1
    guard high < KeysWriter.runMark,
      let shared = number(low, KeysWriter.longShared, bytes, &offset),
      let count = number(high, KeysWriter.longSuffix, bytes, &offset),
      count <= bytes.count - offset
    else { return nil }
    defer { offset += count }
    return PiecedKey.Piece(
      shared: shared, suffix: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
  }

  /// How many successors follow a key that is stated.
  @inline(__always)
  private static func run(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Int? {
    // Behind the last key of a block begins the next one, with a key that is stated.
    guard offset < bytes.count, bytes[offset] >> 4 == KeysWriter.runMark else { return 0 }
    let low = Int(bytes[offset] & 15)
    offset += 1
    return number(low, KeysWriter.longShared, bytes, &offset).map { $0 + 1 }
  }

  @inline(__always)
  private static func number(
    _ half: Int, _ long: Int, _ bytes: UnsafeRawBufferPointer, _ offset: inout Int
  ) -> Int? {
    if half < long { return half }
    return Varint.read32(bytes, &offset).map { Int($0) + half }
  }
}
