/// The documents of a forward index, as one cut reads and prunes them.
struct BisectionDocuments {
  /// By document, where its terms start.
  let starts: UnsafeBufferPointer<Int>
  let terms: UnsafeMutableBufferPointer<UInt32>
  /// By document, how many of its terms still matter.
  let lengths: UnsafeMutableBufferPointer<UInt32>
}

/// Cuts a set of documents into two halves that have as little in common as can be found.
///
/// The gaps of a list of d documents among n take about d · log2(n / (d + 1)) bits: a document
/// gains by changing sides what that sum over its terms, on both sides, falls. The memory is used
/// again for every cut.
struct BisectionWorker: ~Copyable {
  /// A term in the two halves.
  private struct Term: BitwiseCopyable {
    var left: UInt32 = 0
    var right: UInt32 = 0
    /// Bits that fall when a document that holds it leaves the left half.
    var leavesLeft: Float = 0
    /// Bits that fall when one leaves the right half.
    var leavesRight: Float = 0
  }

  private let terms: UnsafeMutablePointer<Term>
  /// Terms that occur in the set.
  private let touched: UnsafeMutablePointer<UInt32>
  private var touchedCount = 0
  /// Of each document of the set: its wish to be on the right, and its place.
  private let wishes: UnsafeMutablePointer<UInt64>
  private let isRight: UnsafeMutablePointer<Bool>
  private let moved: UnsafeMutablePointer<UInt32>
  private let logarithms = Logarithms()

  init(termCount: Int, docCount: Int) {
    terms = BulkMemory.allocate(Term.self, capacity: termCount)
    terms.initialize(repeating: Term(), count: termCount)
    touched = BulkMemory.allocate(UInt32.self, capacity: termCount)
    wishes = BulkMemory.allocate(UInt64.self, capacity: docCount)
    isRight = .allocate(capacity: docCount)
    moved = BulkMemory.allocate(UInt32.self, capacity: docCount)
  }

  deinit {
    terms.deallocate()
    touched.deallocate()
    wishes.deallocate()
    isRight.deallocate()
    moved.deallocate()
  }

  /// Puts the documents of the left half before those of the right, each ascending.
  mutating func bisect(
    _ order: UnsafeMutableBufferPointer<UInt32>, _ documents: BisectionDocuments,
    _ isTimeUp: () -> Bool
  ) {
    guard let base = order.baseAddress, order.count > 1 else { return }
    let middle = order.count / 2
    count(base, order.count, middle, documents)
    prune(base, order.count, documents)
    for _ in 0..<GraphBisection.mostRounds {
      findGains(order.count, middle)
      findWishes(base, order.count, middle, documents)
      WishSelection.select(UnsafeMutableBufferPointer(start: wishes, count: order.count), middle)
      let pairs = trade(base, order.count, middle, documents)
      // A handful of documents may go back and forth for ever.
      if pairs <= order.count / 1024 || isTimeUp() { break }
    }
    for index in 0..<touchedCount { terms[Int(touched[index])] = Term() }
    touchedCount = 0
    var halves = (
      UnsafeMutableBufferPointer(rebasing: order[..<middle]),
      UnsafeMutableBufferPointer(rebasing: order[middle...])
    )
    halves.0.sort()
    halves.1.sort()
  }

  // MARK: Steps

  private mutating func count(
    _ order: UnsafeMutablePointer<UInt32>, _ count: Int, _ middle: Int,
    _ documents: BisectionDocuments
  ) {
    for index in 0..<count {
      let doc = Int(order[index])
      let start = documents.starts[doc]
      for place in start..<start &+ Int(documents.lengths[doc]) {
        // Safe: numbers of terms are below `termCount`.
        let term = Int(documents.terms[place])
        if terms[term].left | terms[term].right == 0 {
          touched[touchedCount] = UInt32(truncatingIfNeeded: term)
          touchedCount &+= 1
        }
        if index < middle { terms[term].left &+= 1 } else { terms[term].right &+= 1 }
      }
    }
  }

  /// Drops terms that one document of the set holds, or all: no cut of it changes what they take.
  private func prune(
    _ order: UnsafeMutablePointer<UInt32>, _ count: Int, _ documents: BisectionDocuments
  ) {
    for index in 0..<count {
      let doc = Int(order[index])
      let start = documents.starts[doc]
      var kept = start
      for place in start..<start &+ Int(documents.lengths[doc]) {
        let term = documents.terms[place]
        let holders = Int(terms[Int(term)].left &+ terms[Int(term)].right)
        if holders > 1 && holders < count {
          documents.terms[kept] = term
          kept &+= 1
        }
      }
      documents.lengths[doc] = UInt32(truncatingIfNeeded: kept &- start)
    }
  }

  private func findGains(_ count: Int, _ middle: Int) {
    let left = logarithms[UInt32(truncatingIfNeeded: middle)]
    let right = logarithms[UInt32(truncatingIfNeeded: count &- middle)]
    @inline(__always)
    func bits(_ holders: UInt32, _ size: Float) -> Float {
      Float(holders) * (size - logarithms[holders &+ 1])
    }
    for index in 0..<touchedCount {
      let term = Int(touched[index])
      let (onLeft, onRight) = (terms[term].left, terms[term].right)
      let now = bits(onLeft, left) + bits(onRight, right)
      if onLeft > 0 {
        terms[term].leavesLeft = now - bits(onLeft &- 1, left) - bits(onRight &+ 1, right)
      }
      if onRight > 0 {
        terms[term].leavesRight = now - bits(onLeft &+ 1, left) - bits(onRight &- 1, right)
      }
    }
  }

  private func findWishes(
    _ order: UnsafeMutablePointer<UInt32>, _ count: Int, _ middle: Int,
    _ documents: BisectionDocuments
  ) {
    for index in 0..<count {
      let doc = Int(order[index])
      let start = documents.starts[doc]
      let end = start &+ Int(documents.lengths[doc])
      var gain: Float = 0
      if index < middle {
        for place in start..<end { gain += terms[Int(documents.terms[place])].leavesLeft }
      } else {
        for place in start..<end { gain -= terms[Int(documents.terms[place])].leavesRight }
      }
      wishes[index] = WishSelection.wish(gain, place: index)
    }
  }

  /// Gives each half the documents that were selected for it; returns how many pairs changed sides.
  private mutating func trade(
    _ order: UnsafeMutablePointer<UInt32>, _ count: Int, _ middle: Int,
    _ documents: BisectionDocuments
  ) -> Int {
    var pairs = 0
    for index in 0..<count {
      let place = WishSelection.place(wishes[index])
      isRight[place] = index >= middle
      if index < middle && place >= middle { pairs &+= 1 }
    }
    guard pairs > 0 else { return 0 }
    var (left, right) = (0, middle)
    for index in 0..<count {
      let doc = order[index]
      if isRight[index] != (index >= middle) { move(Int(doc), toRight: isRight[index], documents) }
      if isRight[index] {
        moved[right] = doc
        right &+= 1
      } else {
        moved[left] = doc
        left &+= 1
      }
    }
    order.update(from: moved, count: count)
    return pairs
  }

  @inline(__always)
  private func move(_ doc: Int, toRight: Bool, _ documents: BisectionDocuments) {
    let start = documents.starts[doc]
    for place in start..<start &+ Int(documents.lengths[doc]) {
      let term = Int(documents.terms[place])
      if toRight {
        terms[term].left &-= 1
        terms[term].right &+= 1
      } else {
        terms[term].left &+= 1
        terms[term].right &-= 1
      }
    }
  }
}

/// Selection of the documents of the left half by their wishes.
enum WishSelection {
  /// A number that orders like the gain, and by place where gains are equal.
  @inline(__always)
  static func wish(_ gain: Float, place: Int) -> UInt64 {
    let bits = gain.bitPattern
    let ordered = bits & 0x8000_0000 != 0 ? ~bits : bits | 0x8000_0000
    return UInt64(ordered) << 32 | UInt64(truncatingIfNeeded: place)
  }

  @inline(__always)
  static func place(_ wish: UInt64) -> Int { Int(wish & 0xffff_ffff) }

  /// Brings the least `count` to the front, in any order.
  ///
  /// Quickselect by the median of three; wishes are all different.
  static func select(_ wishes: UnsafeMutableBufferPointer<UInt64>, _ count: Int) {
    guard let base = wishes.baseAddress, count > 0, count < wishes.count else { return }
    var (low, high) = (0, wishes.count - 1)
    while low < high {
      let middle = low + (high - low) / 2
      let (first, second, third) = (base[low], base[middle], base[high])
      let pivot = max(min(first, second), min(max(first, second), third))
      var (left, right) = (low, high)
      while left <= right {
        while base[left] < pivot { left += 1 }
        while base[right] > pivot { right -= 1 }
        if left <= right {
          (base[left], base[right]) = (base[right], base[left])
          left += 1
          right -= 1
        }
      }
      // Below `count` lies what belongs in front; go on in the part that straddles it.
      if count - 1 <= right {
        high = right
      } else if count - 1 >= left {
        low = left
      } else {
        return
      }
    }
  }
}

/// Logarithms to base 2 of whole numbers, from the first 13 bits; the same on every machine.
struct Logarithms {
  private let table: [Float]
  private static let bits = 12

  init() {
    table = (0..<1 << Self.bits).map { index in
      // log2(m) = 2 / ln 2 · (z + z³/3 + z⁵/5 + …) with z = (m - 1) / (m + 1), at most 1/3.
      let mantissa = 1 + Double(index) / Double(1 << Self.bits)
      let z = (mantissa - 1) / (mantissa + 1)
      var (power, sum) = (z, 0.0)
      for term in stride(from: 1.0, through: 31, by: 2) {
        sum += power / term
        power *= z * z
      }
      return Float(2 * sum / 0.693_147_180_559_945_3)
    }
  }

  /// The logarithm of a number above 0.
  @inline(__always)
  subscript(number: UInt32) -> Float {
    let zeros = number.leadingZeroBitCount
    let mantissa = (number &<< UInt32(truncatingIfNeeded: zeros)) & 0x7fff_ffff
    return Float(31 - zeros) + table[Int(mantissa >> UInt32(31 - Self.bits))]
  }
}
