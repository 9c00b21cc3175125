/// A list in the memory of a ``ScratchArena``: a plain value, which costs no reference counts to hand on.
///
/// Valid as long as that memory is. Copies share their elements: append to the last of them only.
struct ArenaList<Element> {
  private var base: UnsafeMutablePointer<Element>?
  private(set) var count = 0
  private var capacity = 0

  /// Takes no memory.
  init() {}

  init(capacity: Int, _ arena: ScratchArena) {
    base = arena.allocate(Element.self, capacity)
    self.capacity = Swift.max(1, capacity)
  }

  init(_ only: Element, _ arena: ScratchArena) {
    self.init(capacity: 1, arena)
    append(only, arena)
  }

  /// Amortised O(1); what the list held before is left in the arena.
  @inline(__always)
  mutating func append(_ element: Element, _ arena: ScratchArena) {
    if count == capacity { grow(arena) }
    // Safe: there is room for one more.
    (base.unsafelyUnwrapped + count).initialize(to: element)
    count += 1
  }

  mutating func append(contentsOf others: some Collection<Element>, _ arena: ScratchArena) {
    for element in others { append(element, arena) }
  }

  private mutating func grow(_ arena: ScratchArena) {
    let more = arena.allocate(Element.self, Swift.max(4, 2 * capacity))
    if let base { more.update(from: base, count: count) }
    base = more
    capacity = Swift.max(4, 2 * capacity)
  }
}

extension ArenaList {
  /// Sorts the elements from a place on; equal ones keep their order.
  mutating func sort(from start: Int = 0, _ precedes: (Element, Element) -> Bool) {
    guard count - start > Self.mostInserted else { return insertionSort(from: start, precedes) }
    var all = UnsafeMutableBufferPointer(start: base, count: count)
    all[start...].sort(by: precedes)
  }

  /// Elements up to which sorting need not take memory.
  private static var mostInserted: Int { 16 }

  @inline(__always)
  private func insertionSort(from start: Int, _ precedes: (Element, Element) -> Bool) {
    for next in (start + 1)..<Swift.max(start + 1, count) {
      let element = self[next]
      var place = next
      while place > start, precedes(element, self[place - 1]) {
        self[place] = self[place - 1]
        place -= 1
      }
      self[place] = element
    }
  }
}

extension ArenaList: RandomAccessCollection, MutableCollection {
  @inline(__always) var startIndex: Int { 0 }
  @inline(__always) var endIndex: Int { count }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return base.unsafelyUnwrapped[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count)
      base.unsafelyUnwrapped[index] = newValue
    }
  }
}
