extension TermDictionary {
  /// Whether one key comes before another by its bytes, of which the first `shared` are the same.
  @inline(__always)
  static func precedes(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, from shared: Int = 0
  ) -> Bool {
    let end = min(left.count, right.count)
    var index = shared
    while index < end {
      if left[index] != right[index] { return left[index] < right[index] }
      index += 1
    }
    return left.count < right.count
  }

  /// Blocks of a namespace.
  func blockCount(of namespace: TermNamespace) -> Int {
    Int(spans[Int(namespace.rawValue)].blockCount)
  }

  /// A block by its number in its namespace.
  func block(_ number: Int, of namespace: TermNamespace) throws(FormatError) -> TermBlock {
    try block(Int(spans[Int(namespace.rawValue)].firstBlock) + number, in: namespace)
  }
}
