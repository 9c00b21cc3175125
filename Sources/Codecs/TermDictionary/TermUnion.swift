/// Walks the surfaces or the classes of several segments in the order of their bytes, equal ones
/// together.
///
/// A binary heap of cursors by key; equal keys come in the order of the segments.
package struct TermUnion: ~Copyable {
  private struct Entry {
    var head: TermDictionaryCursor.Head
    var source: Int
  }

  private let cursors: UnsafeMutablePointer<TermDictionaryCursor>
  private let cursorCount: Int
  /// Where the cursors stand whose key was not handed out.
  private let heap: UnsafeMutablePointer<Entry>
  private var heapCount = 0
  private let members: UnsafeMutablePointer<Int>
  private var memberCount = 0
  /// The current key, valid until the next ``advance()``.
  package private(set) var key = UnsafeRawBufferPointer(start: nil, count: 0)

  /// Stands before the first key.
  package init(_ dictionaries: [TermDictionary], _ namespace: TermNamespace) throws(FormatError) {
    cursorCount = dictionaries.count
    cursors = .allocate(capacity: cursorCount)
    heap = .allocate(capacity: cursorCount)
    members = .allocate(capacity: cursorCount)
    for (source, dictionary) in dictionaries.enumerated() {
      (cursors + source).initialize(to: TermDictionaryCursor(dictionary, namespace))
      // As if all had been handed out: the first `advance` moves them.
      members[source] = source
    }
    memberCount = cursorCount
  }

  deinit {
    cursors.deinitialize(count: cursorCount)
    cursors.deallocate()
    heap.deallocate()
    members.deallocate()
  }

  /// The segments that have the current key, ascending; valid until the next ``advance()``.
  package var sources: UnsafeBufferPointer<Int> {
    UnsafeBufferPointer(start: members, count: memberCount)
  }

  /// Moves to the next key; false behind the last.
  package mutating func advance() throws(FormatError) -> Bool {
    for member in 0..<memberCount { try push(members[member]) }
    memberCount = 0
    guard heapCount > 0 else { return false }
    let first = heap[0].head
    key = first.key
    repeat {
      members[memberCount] = pop()
      memberCount += 1
    } while heapCount > 0 && heap[0].head.prefix == first.prefix && isKey(heap[0].head.key)
    return true
  }

  /// The current key's entry in one of `sources`.
  package func entry(_ source: Int) throws(FormatError) -> TermEntry {
    precondition(source < cursorCount, "a source has a cursor")
    return try cursors[source].entry()
  }

  /// Whether the current key is the given one.
  package func isKey(_ other: UnsafeRawBufferPointer) -> Bool { Self.equal(key, other) }

  /// Whether the current key comes before the given one.
  package func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
    TermDictionary.precedes(key, other)
  }

  @inline(__always)
  private static func equal(
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer
  ) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where left[index] != right[index] { return false }
    return true
  }

  // MARK: The heap

  private mutating func push(_ source: Int) throws(FormatError) {
    guard let head = try cursors[source].advance() else { return }
    let entry = Entry(head: head, source: source)
    // Safe: the heap has room for every cursor, and each stands in it once at most.
    var child = heapCount
    heapCount += 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.precedes(entry, heap[parent]) else { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = entry
  }

  private mutating func pop() -> Int {
    let first = heap[0].source
    heapCount -= 1
    guard heapCount > 0 else { return first }
    let last = heap[heapCount]
    var parent = 0
    while 2 * parent + 1 < heapCount {
      var child = 2 * parent + 1
      if child + 1 < heapCount, Self.precedes(heap[child + 1], heap[child]) { child += 1 }
      guard Self.precedes(heap[child], last) else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
    return first
  }

  @inline(__always)
  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    if left.head.prefix != right.head.prefix { return left.head.prefix < right.head.prefix }
    let (first, second) = (left.head.key, right.head.key)
    if TermDictionary.precedes(first, second) { return true }
    return left.source < right.source && equal(first, second)
  }
}
