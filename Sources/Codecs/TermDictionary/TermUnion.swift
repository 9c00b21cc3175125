/// Walks the surfaces or the classes of several segments in the order of their bytes, equal ones
/// together.
///
/// A binary heap of cursors by key. Those of the current key stay in it until the next one is asked for,
/// when each is replaced in its place: they are connected at the top, and nothing goes out only to
/// come in again.
package struct TermUnion: ~Copyable {
  private struct Entry {
    var head: TermDictionaryCursor.Head
    var source: Int
  }

  private let cursors: UnsafeMutablePointer<TermDictionaryCursor>
  private let cursorCount: Int
  /// Where the cursors stand.
  private let heap: UnsafeMutablePointer<Entry>
  private var heapCount = 0
  private var isBegun = false
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
    }
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
    if isBegun {
      // The members are at the top until they have moved on: whatever comes after is greater.
      for _ in 0..<memberCount { try replaceFirst() }
    } else {
      isBegun = true
      for source in 0..<cursorCount { try push(source) }
    }
    memberCount = 0
    guard heapCount > 0 else { return false }
    key = heap[0].head.key
    findMembers()
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
    _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, from start: Int = 0
  ) -> Bool {
    guard left.count == right.count else { return false }
    var index = start
    while index < left.count {
      if left[index] != right[index] { return false }
      index += 1
    }
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

  /// Moves the first cursor to its next key, or out of the heap.
  private mutating func replaceFirst() throws(FormatError) {
    let source = heap[0].source
    if let head = try cursors[source].advance() {
      sink(Entry(head: head, source: source))
    } else {
      heapCount -= 1
      if heapCount > 0 { sink(heap[heapCount]) }
    }
  }

  /// Puts an entry in place of the first.
  private func sink(_ entry: Entry) {
    var parent = 0
    while 2 * parent + 1 < heapCount {
      var child = 2 * parent + 1
      if child + 1 < heapCount, Self.precedes(heap[child + 1], heap[child]) { child += 1 }
      guard Self.precedes(heap[child], entry) else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = entry
  }

  /// Gathers the sources of the first key, ascending.
  private mutating func findMembers() {
    // First the places in the heap: who has the key lies below another one that has it.
    members[0] = 0
    memberCount = 1
    var next = 0
    while next < memberCount {
      let child = 2 * members[next] + 1
      next += 1
      for place in child..<max(child, min(child + 2, heapCount)) where isFirst(heap[place].head) {
        members[memberCount] = place
        memberCount += 1
      }
    }
    for member in 0..<memberCount {
      let source = heap[members[member]].source
      var place = member
      while place > 0, members[place - 1] > source {
        members[place] = members[place - 1]
        place -= 1
      }
      members[place] = source
    }
  }

  @inline(__always)
  private func isFirst(_ head: TermDictionaryCursor.Head) -> Bool {
    head.prefix == heap[0].head.prefix && Self.equal(key, head.key, from: min(8, key.count))
  }

  @inline(__always)
  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    let (left, right) = (left.head, right.head)
    if left.prefix != right.prefix { return left.prefix < right.prefix }
    return TermDictionary.precedes(
      left.key, right.key, from: min(8, left.key.count, right.key.count))
  }
}
