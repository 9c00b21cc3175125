import CLedeKernels
import Foundation

/// Has kernels run at a level of vector instructions, until it ends.
///
/// The level is that of the process: tests that force one take turns, each on one thread.
public final class ForcedKernels {
  /// Portable, AVX2, AVX-512; of a processor that lacks one, the next lower is used.
  public static let levels = [LEDE_LEVEL_PORTABLE, LEDE_LEVEL_AVX2, LEDE_LEVEL_AVX512].map {
    Int32($0)
  }
  private static let turn = NSRecursiveLock()
  private let before: Int32

  public init(_ level: Int32? = nil) {
    Self.turn.lock()
    before = lede_kernel_level()
    if let level { use(level) }
  }

  public func use(_ level: Int32) { lede_set_kernel_level(level) }

  public func end() {
    use(before)
    Self.turn.unlock()
  }
}
