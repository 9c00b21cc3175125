/// How the keys of a segment ascend: with its documents, or with ranks that they have. Raw values are on disk.
///
/// Keys that ascend are found by a binary search. With documents they mostly do: archives are walked in
/// the order of their paths and number what is inside a file.
enum KeyOrder: UInt32, CaseIterable {
  /// A key comes twice: a hash index finds them.
  case none = 0
  /// By their bytes.
  case bytes = 1
  /// By their bytes, but runs of digits as numbers: `a#9` comes before `a#10`. Of equal numbers the
  /// one with fewer digits comes first.
  case numbers = 2

  /// Whether one key comes before another.
  func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    let limit = min(left.count, right.count)
    var place = 0
    while place < limit, left[place] == right[place] { place += 1 }
    if self == .numbers, let isBelow = Self.isNumberBelow(left, right, at: place) {
      return isBelow
    }
    if place == limit { return left.count < right.count }
    return left[place] < right[place]
  }

  /// Compares the numbers in which the first difference lies; nil when it does not lie in two numbers.
  private static func isNumberBelow(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, at place: Int
  ) -> Bool? {
    var start = place
    while start > 0, KeyNumber.isDigit(left[start - 1]) { start -= 1 }
    let (first, second) = (digits(left, from: start), digits(right, from: start))
    if first.isEmpty || second.isEmpty || first.count + second.count == 2 * (place - start) {
      return nil
    }
    let (one, other) = (first.drop { $0 == KeyNumber.zero }, second.drop { $0 == KeyNumber.zero })
    if one.count != other.count { return one.count < other.count }
    for (a, b) in zip(one, other) where a != b { return a < b }
    return first.count < second.count
  }

  private static func digits(
    _ key: UnsafeRawBufferPointer, from start: Int
  ) -> Slice<UnsafeRawBufferPointer> {
    key[start...].prefix(while: KeyNumber.isDigit)
  }
}
