/// The random numbers of synthetic data: equal on every machine for equal seeds.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, not including, 1, with 53 random bits.
  public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number below `bound`, which must be positive.
  public mutating func below(_ bound: Int) -> Int { Int(fraction() * Double(bound)) }
}
