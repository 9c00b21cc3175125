import CLedeKernels

/// Bounds of the clauses still to be looked up, together: suffix sums in the order of looking up.
///
/// Clauses bounded by ranges and those bounded by eighths of ranges are summed on their own. Memory lies
/// in the arena.
struct RestBounds {
  /// By place in the order: the sums of the bounds from there on.
  private let coarse: UnsafeMutablePointer<UnsafePointer<Float>>
  private let fine: UnsafeMutablePointer<UnsafePointer<Float>>
  private let coarseShift: UInt32
  private let fineShift: UInt32

  /// - Parameters:
  ///   - order: states, in the order in which they are looked up.
  ///   - start: the first place in it whose bounds are asked for.
  ///   - count: ranges of the tile.
  init(
    _ order: [Int], _ states: UnsafeMutableBufferPointer<ClauseState>, from start: Int = 0,
    _ count: Int, _ arena: ScratchArena
  ) {
    coarse = arena.allocate(UnsafePointer<Float>.self, order.count + 1)
    fine = arena.allocate(UnsafePointer<Float>.self, order.count + 1)
    let fineCount = count * RangeOfDocuments.finePerRange
    let rest = start..<max(start, order.count)
    let (anyFine, anyCoarse) = (
      rest.contains { states[order[$0]].isFine }, rest.contains { !states[order[$0]].isFine }
    )
    // Where there is nothing to add, two zeros do.
    (coarse + order.count).initialize(
      to: UnsafePointer(arena.allocate(repeating: 0, anyCoarse ? count : 2)))
    (fine + order.count).initialize(
      to: UnsafePointer(arena.allocate(repeating: 0, anyFine ? fineCount : 2)))
    coarseShift = anyCoarse ? RangeOfDocuments.shift : UInt32(LEDE_ONE_FOR_ALL)
    fineShift = anyFine ? RangeOfDocuments.fineShift : UInt32(LEDE_ONE_FOR_ALL)
    var (hasCoarse, hasFine) = (false, false)
    for place in rest.reversed() {
      let (bounds, isFine) = (
        UnsafePointer(states[order[place]].bounds), states[order[place]].isFine
      )
      (coarse + place).initialize(
        to: isFine
          ? coarse[place + 1] : Self.sum(bounds, coarse[place + 1], hasCoarse, count, arena))
      (fine + place).initialize(
        to: isFine ? Self.sum(bounds, fine[place + 1], hasFine, fineCount, arena) : fine[place + 1])
      if isFine { hasFine = true } else { hasCoarse = true }
    }
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
    Ceiling(
      coarse: coarse[place], fine: fine[place], base: base, coarse_shift: coarseShift,
      fine_shift: fineShift)
  }
}
