/// What is known of the documents that a phrase matters in: spares the others from being looked at.
protocol PhraseSieve {
  /// Whether every document matters, so that nothing is asked below.
  var isOpen: Bool { get }
  /// How many matches are taken before any document is dropped.
  var wanted: Int { get }
  /// The least code of a range in which the phrase may matter, at least 1.
  var leastCode: UInt8 { get }

  /// Chooses those of some documents that the phrase may matter in.
  ///
  /// - Parameters:
  ///   - least: the least termFreq in each document of the slots looked at so far: no phrase is more frequent.
  ///   - numbers: filled with their ascending numbers.
  /// - Returns: how many; nil for all.
  func choose(
    _ docs: UnsafePointer<UInt32>, _ least: UnsafePointer<UInt32>, _ count: Int,
    _ numbers: UnsafeMutablePointer<UInt32>
  ) -> Int?

  /// Chooses about as many as are wanted, those of the best bounds; parameters and result as above.
  func chooseBest(
    _ docs: UnsafePointer<UInt32>, _ least: UnsafePointer<UInt32>, _ count: Int,
    _ numbers: UnsafeMutablePointer<UInt32>
  ) -> Int?
}

/// Lets every document pass.
struct OpenSieve: PhraseSieve {
  let isOpen = true
  let wanted = 0
  let leastCode: UInt8 = 1

  func choose(
    _ docs: UnsafePointer<UInt32>, _ least: UnsafePointer<UInt32>, _ count: Int,
    _ numbers: UnsafeMutablePointer<UInt32>
  ) -> Int? { nil }

  func chooseBest(
    _ docs: UnsafePointer<UInt32>, _ least: UnsafePointer<UInt32>, _ count: Int,
    _ numbers: UnsafeMutablePointer<UInt32>
  ) -> Int? { nil }
}
