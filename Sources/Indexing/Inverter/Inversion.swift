import LedeAnalysis
import LedeStorage

/// Analyses documents on the threads of a pool and appends them to one inverter in their order.
///
/// Text gathers in stretches of ``stretchSize`` bytes. Any thread analyses any stretch; they are
/// appended one by one in the order of the documents, by whoever finds the next one analysed. So
/// what the inverter holds in the end does not depend on the threads. No more stretches are under way
/// than keep the threads busy, which bounds their memory.
final class Inversion {
  private let pool: WorkerPool
  private let shared: SharedInversion
  // Checks that no two accesses overlap cost more than adding a short text. None do: what runs
  // meanwhile, on this thread or others, sees stretches that were handed over.
  @exclusivity(unchecked) private var stretch = TextStretch()
  /// As it was when a stretch was last handed over.
  private var appended: SharedInversion.Use

  /// Bytes of text in a stretch. Its tokens, twice that, stay in the cache of the thread that analyses
  /// and, mostly, appends them.
  private static let stretchSize = 64 << 10
  /// Stretches that are under way at most.
  private let mostStretches: Int
  /// Measured with two threads: three stretches in all cost 5 % more time, 32 no less.
  private static let stretchesPerThread = 4
  /// Bytes of the writer's budget for each that no thread works on: several times what one takes with its
  /// tokens, which is half a megabyte of English and two and a half of Han.
  private static let budgetPerStretch = 16 << 20

  init(pool: WorkerPool, analyzers: AnalyzerPool, memoryBudget: Int) {
    self.pool = pool
    let threads = pool.threadCount
    // Enough that no thread of the pool runs dry while this one analyses, too; with little memory, one each
    // and one to go on with.
    mostStretches =
      threads == 1
      ? 0
      : max(
        threads + 1,
        min(Self.stretchesPerThread * threads, memoryBudget / Self.budgetPerStretch))
    shared = SharedInversion(
      analyzers, Inverter(memoryBudget: memoryBudget), looksAhead: pool.hasThreads)
    appended = shared.use
  }

  /// Adds the next document.
  func add(title: String, body: String) {
    stretch.mark(.document)
    add(title)
    stretch.mark(.endOfTitle)
    add(body)
    if stretch.size >= Self.stretchSize { handOver() }
  }

  private func add(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      if stretch.size + bytes.count <= Self.stretchSize { return stretch.append(bytes) }
      var start = 0
      for piece in TextPieces(bytes) {
        if piece.continuesRun {
          // Such a piece begins with one character and stands behind another.
          let size = TextPiece.characterSize
          stretch.appendCut(UnsafeBufferPointer(rebasing: bytes[start - size..<start + size]))
        }
        stretch.append(piece.bytes)
        if stretch.size >= Self.stretchSize { handOver() }
        start += piece.bytes.count
      }
    }
  }

  private func handOver() {
    shared.add(stretch)
    stretch = TextStretch()
    // Without other threads this one does everything where it waits.
    if pool.hasThreads { _ = pool.submit { [shared] in shared.work() } }
    appended = shared.wait(atMost: mostStretches, pool)
    for page in shared.takePagesAhead() { _ = pool.submit { page.populate() } }
  }

  // MARK: Memory

  /// What a byte of text may take where words come again: three bytes of Han give a unigram and a
  /// bigram.
  private static var memoryPerByte: Int { 8 }
  /// The most that it can take: if both are new, about 300 bytes in three.
  private static var mostMemoryPerByte: Int { 128 }

  /// Whether writing what was added will take less than `limit` bytes of memory, also with as much
  /// text again as `size` says.
  ///
  /// Exact, so that it does not depend on the threads: where a bound is not enough to tell, all text
  /// is inverted first.
  func fits(in limit: Int, adding size: Int = 0) -> Bool {
    let addition = Self.memoryPerByte * size
    if appended.memory + Self.mostMemoryPerByte * pendingText + addition < limit { return true }
    finish()
    return appended.memory + addition < limit
  }

  /// Bytes of text that the last look at the inverter does not count.
  private var pendingText: Int { addedText - appended.text }

  private var addedText: Int { shared.addedText + stretch.size }

  /// Whether the numbers of units come near the end of their 32 bits.
  var isFull: Bool { appended.units + pendingText > Inverter.unitLimit }

  /// Inverts everything added so far.
  func finish() {
    if !stretch.isEmpty { handOver() }
    appended = shared.wait(atMost: 0, pool)
  }

  /// The inverter, with everything added so far; it is left empty.
  func takeInverter() -> Inverter {
    finish()
    return shared.takeInverter()
  }
}
