import CLedePlatform
import Synchronization

/// Objects that one thread at a time uses, kept for the next one who needs one.
///
/// A thread finds in its slot what it put there last, without waiting for anybody. What finds its slot
/// taken, since more threads than slots are at work or threads came in another order, goes to a list under
/// a lock.
// Sendable: an object is in the pool or with one thread, never both.
package final class SlotPool<Object: AnyObject>: @unchecked Sendable {
  private typealias Slot = Atomic<UnsafeMutableRawPointer?>

  private let slots: UnsafeMutablePointer<Slot>
  private let others = Monitor<[Object]>([])
  private static var slotCount: Int { 64 }
  /// Slots that are used lie so far apart that no two threads write to the same line.
  private static var stride: Int { 128 / MemoryLayout<Slot>.stride }
  private static var keptOthers: Int { 64 }

  package init() {
    slots = .allocate(capacity: Self.slotCount * Self.stride)
    for slot in 0..<Self.slotCount { (slots + slot * Self.stride).initialize(to: Slot(nil)) }
  }

  deinit {
    for slot in 0..<Self.slotCount {
      let pointer = slots + slot * Self.stride
      _ = Self.taken(pointer.pointee.exchange(nil, ordering: .acquiring))
      pointer.deinitialize(count: 1)
    }
    slots.deallocate()
  }

  /// Of the calling thread.
  private var slot: UnsafeMutablePointer<Slot> {
    slots + Int(lede_thread_number()) % Self.slotCount * Self.stride
  }

  private static func taken(_ pointer: UnsafeMutableRawPointer?) -> Object? {
    pointer.map { Unmanaged<Object>.fromOpaque($0).takeRetainedValue() }
  }

  /// An object that nobody uses, if there is one.
  package func take() -> Object? {
    Self.taken(slot.pointee.exchange(nil, ordering: .acquiring))
      ?? others.withLock { $0.popLast() }
  }

  /// Takes an object that the caller uses no more.
  package func giveBack(_ object: Object) {
    let retained = Unmanaged.passRetained(object).toOpaque()
    let result = slot.pointee.compareExchange(
      expected: nil, desired: retained, ordering: .releasing)
    if result.exchanged { return }
    guard let object = Self.taken(retained) else { return }
    others.withLock { if $0.count < Self.keptOthers { $0.append(object) } }
  }
}
