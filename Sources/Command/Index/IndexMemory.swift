/// How `lede index` divides the memory that it may take.
///
/// What the process has in any case and the reader's buffers come off first. Three eighths of the
/// rest are for what threads work on and for articles on their way from the reader to the index,
/// which may be large; the others are the writer's budget. So that depends on the memory alone, and
/// what is written with it.
enum IndexMemory {
  /// The runtime, ICU's data, the reader's buffers.
  private static let process = 16 << 20
  /// Text on its way, its tokens, a compressor, encoding buffers, what its heap keeps.
  private static let perThread = 5 << 20
  /// Below that, segments are so small that merging them takes longer than writing them.
  private static let leastBudget = 8 << 20

  /// What is left for the writer's budget.
  static func budget(of memory: Int) -> Int { (memory - process) / 8 * 5 }

  /// The least memory that makes sense.
  static func least(threads: Int) -> Int {
    process + max(leastBudget / 5 * 8, perThread * threads / 3 * 8)
  }
}
