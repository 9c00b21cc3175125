/// The decimal number at the end of a key: records of a file are often numbered, and the next key is
/// then known from the one before.
enum KeyNumber {
  static let zero = UInt8(ascii: "0")
  /// Digits that a key can gain by ``add(_:to:from:)``.
  static let maxGrowth = 3

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

  /// Turns a key into its successor: the number at its end plus one, with the zeros before it, and with
  /// one more digit if all are 9. A key that ends with no digit ends with the empty number, 0.
  static func increment(_ key: inout [UInt8]) {
    var place = key.count
    while place > 0, isDigit(key[place - 1]) {
      place -= 1
      if key[place] < zero + 9 { return key[place] += 1 }
      key[place] = zero
    }
    key.insert(zero + 1, at: place)
  }

  /// Does the same `number` times, up to 127, to the key that stands in `room` from `start` on, which
  /// is at least ``maxGrowth``; returns where the key starts then.
  static func add(
    _ number: Int, to room: UnsafeMutableRawBufferPointer, from start: Int
  ) -> Int {
    precondition(number < 128 && start >= maxGrowth, "a number of up to three digits has room")
    var carry = number
    var place = room.count
    while carry > 0, place > start, isDigit(room[place - 1]) {
      place -= 1
      carry += Int(room[place] - zero)
      room[place] = zero + UInt8(carry % 10)
      carry /= 10
    }
    var first = start
    while carry > 0 {
      // What stands before the number makes room for a digit.
      for index in first..<place { room[index - 1] = room[index] }
      first -= 1
      place -= 1
      room[place] = zero + UInt8(carry % 10)
      carry /= 10
    }
    return first
  }

  /// The number that the last digits of a key make, up to three of them.
  struct Tail {
    /// Above all values.
    static let limit = 1000
    private(set) var value = 0
    private var weight = 1

    /// Takes the bytes before those known by now; whether still earlier ones matter.
    mutating func prepend(_ part: UnsafeRawBufferPointer) -> Bool {
      for byte in part.reversed() {
        guard weight < Self.limit, isDigit(byte) else { return false }
        value += weight * Int(byte - zero)
        weight *= 10
      }
      return true
    }
  }
}
