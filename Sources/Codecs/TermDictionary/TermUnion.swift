/// Walks the surfaces or the classes of several segments in the order of their bytes, equal ones
/// together.
///
/// A binary heap of cursors by key; equal keys come in the order of the segments.
package struct TermUnion {
  private struct Entry {
    var head: TermDictionaryCursor.Head
    var source: Int
  }

  private let cursors: [TermDictionaryCursor]
  /// Where the cursors stand whose key was not handed out.
  private var heap: [Entry] = []
  /// The segments that have the current key, ascending.
  package private(set) var sources: [Int] = []
  /// The current key, valid until the next ``advance()``.
  package private(set) var key = UnsafeRawBufferPointer(start: nil, count: 0)

  /// Stands before the first key.
  package init(_ dictionaries: [TermDictionary], _ namespace: TermNamespace) throws(FormatError) {
    cursors = dictionaries.map { TermDictionaryCursor($0, namespace) }
    for source in cursors.indices { try push(source) }
  }

  /// Moves to the next key; false behind the last.
  package mutating func advance() throws(FormatError) -> Bool {
    for source in sources { try push(source) }
    sources.removeAll(keepingCapacity: true)
    guard let first = heap.first else { return false }
    key = first.head.key
    repeat {
      sources.append(pop())
    } while !heap.isEmpty && heap[0].head.prefix == first.head.prefix && isKey(heap[0].head.key)
    return true
  }

  /// The current key's entry in one of `sources`.
  package func entry(_ source: Int) throws(FormatError) -> TermEntry {
    try cursors[source].entry()
  }

  /// Whether the current key is the given one.
  package func isKey(_ other: UnsafeRawBufferPointer) -> Bool {
    key.count == other.count && key.elementsEqual(other)
  }

  /// Whether the current key comes before the given one.
  package func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
    TermDictionary.precedes(key, other)
  }

  // MARK: The heap

  private mutating func push(_ source: Int) throws(FormatError) {
    guard let head = try cursors[source].advance() else { return }
    let entry = Entry(head: head, source: source)
    heap.append(entry)
    var child = heap.count - 1
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
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, Self.precedes(heap[child + 1], heap[child]) { child += 1 }
      guard Self.precedes(heap[child], last) else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
    return first
  }

  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    if left.head.prefix != right.head.prefix { return left.head.prefix < right.head.prefix }
    let (first, second) = (left.head.key, right.head.key)
    for index in 0..<min(first.count, second.count) where first[index] != second[index] {
      return first[index] < second[index]
    }
    return first.count != second.count ? first.count < second.count : left.source < right.source
  }
}
