import CLedeKernels

/// Memory of a growing array that will be needed soon.
///
/// Whoever touches a page first waits until the system has cleared it: milliseconds for a huge one where
/// the machine is a guest. Threads that have nothing better to do take that from the one that appends.
// Sendable: an address, which is all that the system is told.
struct MemoryAhead: @unchecked Sendable {
  private var base: UnsafeMutableRawPointer?
  /// Bytes behind the base that were asked for.
  private var end = 0

  /// Bytes that are asked for before they are used.
  private static var distance: Int { 2 * BulkMemory.hugePage }

  /// The next huge page of an array if the end of its use comes near: nearer than a sixteenth of what is
  /// reserved.
  ///
  /// - Parameters:
  ///   - used: values in use.
  ///   - capacity: values that there is room for.
  mutating func next<Value: BitwiseCopyable>(
    _ values: UnsafeMutablePointer<Value>, used: Int, capacity: Int
  ) -> Page? {
    let (used, size) = (
      used * MemoryLayout<Value>.stride, capacity * MemoryLayout<Value>.stride
    )
    if base != UnsafeMutableRawPointer(values) {
      // The page in use is there already.
      base = UnsafeMutableRawPointer(values)
      end = (used / BulkMemory.hugePage + 1) * BulkMemory.hugePage
    }
    let page = BulkMemory.hugePage
    guard end < used + min(Self.distance, size / 16), end + page <= size else { return nil }
    defer { end += page }
    return base.map { Page(start: $0 + end) }
  }

  /// A huge page.
  // Sendable: an address, which is all that the system is told.
  struct Page: @unchecked Sendable {
    fileprivate let start: UnsafeMutableRawPointer

    /// Returns once it is there. Harmless if the array is gone by then.
    func populate() { lede_populate(start, BulkMemory.hugePage) }
  }
}
