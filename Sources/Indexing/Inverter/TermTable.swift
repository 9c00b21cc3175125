import CLedeKernels

/// Distinct byte strings, numbered in the order of their first appearance.
///
/// Open addressing with linear probing over slots of eight bytes: the 32-bit hash, whose top bits
/// are the home slot, and the place of the record in an arena of words. A record is a header (number,
/// length, mark) and the bytes padded with zeros to whole words, so that a look-up touches one slot
/// and one record, and compares by words.
///
/// Strings handed in must be followed by fifteen readable bytes (see ``TermHash``).
struct TermTable: ~Copyable {
  let hasher = TermHash()
  /// hash << 32 | record; 0 is empty, because no record lies at word 0 of the arena.
  private var slots: UnsafeMutablePointer<UInt64>
  private var slotBits: Int
  private var arena: UnsafeMutablePointer<UInt64>
  private var arenaCount = 1
  private var arenaCapacity: Int
  /// Place of each number's record in the arena.
  private var records: UnsafeMutablePointer<UInt32>
  private var recordCapacity: Int
  /// How many distinct strings there are.
  private(set) var count = 0
  private var arenaAhead = MemoryAhead()
  private var recordsAhead = MemoryAhead()

  private static var markBit: UInt64 { 1 << 63 }

  /// - Parameters:
  ///   - minimumCapacity: strings to make room for.
  ///   - reservingRecords: strings to reserve address space for, so that their bytes are not copied
  ///     while they grow in number; memory is taken only as they come.
  init(minimumCapacity: Int = 512, reservingRecords: Int = 0) {
    slotBits = 5
    while 1 << slotBits < 2 * minimumCapacity { slotBits += 1 }
    recordCapacity = max(16, minimumCapacity, reservingRecords)
    arenaCapacity = 3 * recordCapacity
    slots = BulkMemory.allocate(UInt64.self, capacity: 1 << slotBits)
    slots.initialize(repeating: 0, count: 1 << slotBits)
    arena = BulkMemory.allocate(UInt64.self, capacity: arenaCapacity)
    arena[0] = 0
    records = BulkMemory.allocate(UInt32.self, capacity: recordCapacity)
  }

  deinit {
    slots.deallocate()
    arena.deallocate()
    records.deallocate()
  }

  /// Bytes of memory in use at most, which grow with the terms and not in jumps as the slots do:
  /// these are at most 16/5 for each term (see `insert`).
  var memoryUse: Int { Self.memoryUse(count: count, words: arenaCount) }

  /// The same for so many strings whose records take so many words, one in front of them included.
  static func memoryUse(count: Int, words: Int) -> Int {
    max(26 * count, 8 << 10) + 8 * words + 4 * count
  }

  /// Words of the record of a string.
  static func recordWords(_ length: Int) -> Int { 1 + (length + 7) / 8 }

  @inline(__always)
  func hash(_ bytes: UnsafeRawPointer, _ length: Int) -> UInt32 { hasher(bytes, length) }

  /// The table as the kernels see it, until the next insertion.
  @inline(__always)
  var view: lede_term_table {
    lede_term_table(slots: slots, slot_bits: UInt32(truncatingIfNeeded: slotBits), arena: arena)
  }

  /// The number of a string, given now if it is new; `mark` is kept with a new one.
  @inline(__always)
  mutating func intern(
    _ bytes: UnsafeRawPointer, _ length: Int, hash: UInt32, mark: Bool = false
  ) -> UInt32 {
    var index = home(hash)
    while true {
      let slot = slots[index]
      if slot == 0 { return insert(bytes, length, hash: hash, mark: mark, at: index) }
      if let number = number(in: slot, bytes, length, hash: hash) { return number }
      index = (index &+ 1) & slotMask
    }
  }

  /// The number of a string; nil when it was never interned.
  func find(_ bytes: UnsafeRawPointer, _ length: Int) -> UInt32? {
    let hash = hash(bytes, length)
    var index = home(hash)
    while slots[index] != 0 {
      if let number = number(in: slots[index], bytes, length, hash: hash) { return number }
      index = (index &+ 1) & slotMask
    }
    return nil
  }

  /// The bytes of a number, followed by fifteen readable ones; valid until the next insertion.
  @inline(__always)
  func bytes(_ number: UInt32) -> UnsafeBufferPointer<UInt8> { strings.bytes(number) }

  /// Starts loading the record of a number.
  @inline(__always)
  func prefetch(_ number: UInt32) { lede_prefetch(arena + Int(records[Int(number)])) }

  /// Starts loading where the record of a number lies.
  @inline(__always)
  func prefetchPlace(_ number: UInt32) { lede_prefetch(records + Int(number)) }

  /// The mark given when the string was first interned.
  @inline(__always)
  func isMarked(_ number: UInt32) -> Bool {
    arena[Int(records[Int(number)])] & Self.markBit != 0
  }

  /// The strings by their numbers, to be read on any thread until the next insertion.
  var strings: TermStrings { TermStrings(arena: arena, records: records) }

  private var slotMask: Int { 1 << slotBits &- 1 }

  @inline(__always)
  private func home(_ hash: UInt32) -> Int {
    Int(hash &>> UInt32(truncatingIfNeeded: 32 &- slotBits))
  }

  /// The number of a string whose record is the given slot's; nil when it is another string's.
  @inline(__always)
  private func number(
    in slot: UInt64, _ bytes: UnsafeRawPointer, _ length: Int, hash: UInt32
  ) -> UInt32? {
    guard UInt32(truncatingIfNeeded: slot >> 32) == hash else { return nil }
    // Safe: a slot that is not empty holds the place of a whole record inside the arena.
    let record = arena + Int(slot & 0xffff_ffff)
    let start = bytes.assumingMemoryBound(to: UInt8.self)
    let isEqual = lede_term_equals(record, start, UInt32(truncatingIfNeeded: length)) != 0
    return isEqual ? UInt32(truncatingIfNeeded: record[0]) : nil
  }
}

/// The strings of a ``TermTable`` by their numbers.
// Sendable: read-only while anyone has it.
struct TermStrings: @unchecked Sendable {
  fileprivate let arena: UnsafeMutablePointer<UInt64>
  fileprivate let records: UnsafeMutablePointer<UInt32>

  /// The bytes of a number, followed by fifteen readable ones.
  @inline(__always)
  func bytes(_ number: UInt32) -> UnsafeBufferPointer<UInt8> {
    let record = arena + Int(records[Int(number)])
    return UnsafeBufferPointer(
      start: UnsafeRawPointer(record + 1).assumingMemoryBound(to: UInt8.self),
      count: Int(record[0] >> 32 & 0x7fff_ffff))
  }

  /// The first eight bytes as a number that orders like them; shorter strings end in zeros.
  @inline(__always)
  func prefix(_ number: UInt32) -> UInt64 { arena[Int(records[Int(number)]) + 1].bigEndian }
}

/// The terms of a segment, once there are no more.
// Sendable: read-only.
final class SegmentTerms: @unchecked Sendable {
  let table: TermTable

  init(_ table: consuming TermTable) { self.table = table }
}

// MARK: - Growth

extension TermTable {
  /// The most words that a record's place in a slot can address.
  static var arenaLimit: Int { 1 << 32 }

  @inline(never)
  private mutating func insert(
    _ bytes: UnsafeRawPointer, _ length: Int, hash: UInt32, mark: Bool, at index: Int
  ) -> UInt32 {
    precondition(length > 0, "an empty string has no record")
    let words = Self.recordWords(length)
    precondition(arenaCount + words <= Self.arenaLimit, "the flush comes long before this")
    growArena(by: words)
    if count == recordCapacity { growRecords() }
    // Safe: the two lines above made room for the record and its place.
    let record = arena + arenaCount
    record[words - 1] = 0
    record[0] = UInt64(count) | UInt64(length) << 32 | (mark ? Self.markBit : 0)
    UnsafeMutableRawPointer(record + 1).copyMemory(from: bytes, byteCount: length)
    records[count] = UInt32(truncatingIfNeeded: arenaCount)
    slots[index] = UInt64(hash) << 32 | UInt64(arenaCount)
    arenaCount += words
    count += 1
    // Five eighths full: the tags keep probes short, and doubling late halves the peak.
    if 8 * count > 5 << slotBits { growSlots() }
    return UInt32(truncatingIfNeeded: count - 1)
  }

  /// Pages that will be needed soon, each once.
  mutating func takePagesAhead() -> [MemoryAhead.Page] {
    [
      arenaAhead.next(arena, used: arenaCount, capacity: arenaCapacity),
      recordsAhead.next(records, used: count, capacity: recordCapacity),
    ].compactMap { $0 }
  }

  private mutating func growArena(by words: Int) {
    // A word more, which is read together with a short last record.
    guard arenaCount + words >= arenaCapacity else { return }
    let capacity = max(arenaCapacity * 3 / 2, arenaCount + words + 1)
    let larger = BulkMemory.allocate(UInt64.self, capacity: capacity)
    larger.update(from: arena, count: arenaCount)
    arena.deallocate()
    (arena, arenaCapacity) = (larger, capacity)
  }

  private mutating func growRecords() {
    let capacity = recordCapacity * 3 / 2
    let larger = BulkMemory.allocate(UInt32.self, capacity: capacity)
    larger.update(from: records, count: count)
    records.deallocate()
    (records, recordCapacity) = (larger, capacity)
  }

  private mutating func growSlots() {
    precondition(slotBits < 32, "a 32-bit hash addresses no more slots")
    let old = slots
    let oldCount = 1 << slotBits
    slotBits += 1
    slots = BulkMemory.allocate(UInt64.self, capacity: 1 << slotBits)
    slots.initialize(repeating: 0, count: 1 << slotBits)
    for slot in UnsafeBufferPointer(start: old, count: oldCount) where slot != 0 {
      var index = home(UInt32(truncatingIfNeeded: slot >> 32))
      while slots[index] != 0 { index = (index &+ 1) & slotMask }
      slots[index] = slot
    }
    old.deallocate()
  }
}
