/// The cursors of one query in one segment, at fixed addresses.
///
/// ``TermCursor`` holds references to its segment's regions; memory of its own keeps them from being
/// copied, and so retained, wherever a cursor is used.
final class CursorTable {
  private let base: UnsafeMutablePointer<TermCursor>
  private let capacity: Int
  private var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(capacity: max(1, capacity))
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  /// Adds a cursor; its address is valid while the table lives.
  func add(_ cursor: consuming TermCursor) -> UnsafeMutablePointer<TermCursor> {
    precondition(count < capacity, "the table was made for fewer cursors")
    let place = base + count
    place.initialize(to: cursor)
    count += 1
    return place
  }
}
