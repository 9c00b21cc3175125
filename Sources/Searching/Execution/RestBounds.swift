import CLedeKernels

/// Bounds of the clauses still to be looked up, together: suffix sums in the order of looking up.
///
/// Clauses bounded by ranges and those bounded by eighths of ranges are summed on their own. Memory lies
/// in the arena.
struct RestBounds {
  /// By place in the order: the sums of the bounds from there on.
  private let coarse: UnsafeMutablePointer<UnsafePointer<Float>>
  private let fine: UnsafeMutablePointer<UnsafePointer<Float>>
  /// The first places from which on there are none of either.
  private let coarseEnd: Int
  private let fineEnd: Int

  /// - Parameters:
  ///   - order: states, in the order in which they are looked up.
  ///   - start: the first place in it whose bounds are asked for.
  ///   - count: ranges of the tile.
  init(
    _ order: ArenaList<Int>, _ states: UnsafeMutableBufferPointer<ClauseState>, from start: Int = 0,
    _ count: Int, _ arena: ScratchArena
  ) {
    coarse = arena.allocate(UnsafePointer<Float>.self, order.count + 1)
    fine = arena.allocate(UnsafePointer<Float>.self, order.count + 1)
    let fineCount = count * RangeOfDocuments.finePerRange
    // Where there is nothing to add, one zero does for all.
    let nothing = UnsafePointer(arena.allocate(repeating: Float(0), 2))
    (coarse + order.count).initialize(to: nothing)
    (fine + order.count).initialize(to: nothing)
    var (coarseEnd, fineEnd) = (0, 0)
    for place in (start..<max(start, order.count)).reversed() {
      let (bounds, isFine) = (
        UnsafePointer(states[order[place]].bounds), states[order[place]].isFine
      )
      (coarse + place).initialize(
        to: isFine
          ? coarse[place + 1] : Self.sum(bounds, coarse[place + 1], coarseEnd > 0, count, arena))
      (fine + place).initialize(
        to: isFine
          ? Self.sum(bounds, fine[place + 1], fineEnd > 0, fineCount, arena) : fine[place + 1])
      if isFine { fineEnd = max(fineEnd, place + 1) } else { coarseEnd = max(coarseEnd, place + 1) }
    }
    (self.coarseEnd, self.fineEnd) = (coarseEnd, fineEnd)
  }

  private static func sum(
    _ bounds: UnsafePointer<Float>, _ rest: UnsafePointer<Float>, _ hasRest: Bool, _ count: Int,
    _ arena: ScratchArena
  ) -> UnsafePointer<Float> {
    guard hasRest else { return bounds }
    let row = arena.allocate(Float.self, count)
    lede_add_floats(rest, bounds, count, row)
    return UnsafePointer(row)
  }

  /// The bounds of the clauses from a place in the order on, for documents from `base` on.
  @inline(__always)
  func ceiling(_ place: Int, _ base: UInt32) -> Ceiling {
    let forAll = UInt32(LEDE_ONE_FOR_ALL)
    return Ceiling(
      coarse: coarse[place], fine: fine[place], base: base,
      coarse_shift: place < coarseEnd ? RangeOfDocuments.shift : forAll,
      fine_shift: place < fineEnd ? RangeOfDocuments.fineShift : forAll)
  }
}
