import LedeAnalysis
import LedeStorage

/// What the threads of an ``Inversion`` share.
// Sendable: everything but the inverter is touched under the lock, and the inverter by the one thread
// that set `isAppending` under it.
final class SharedInversion: @unchecked Sendable {
  /// What the inverter holds of the text.
  struct Use {
    /// Bytes, see ``Inverter/flushMemory``.
    var memory: Int
    var units = 0
    /// Bytes of the text that it is made of.
    var text = 0
  }

  private struct State {
    /// In the order of the documents, the first not yet appended.
    var stretches: [Entry] = []
    /// The number of the first.
    var firstNumber = 0
    /// The number of the next one to be analysed.
    var nextNumber = 0
    var isAppending = false
    var use: Use
    /// Memory to be used again.
    var spare: [AnalyzedText] = []

    var pendingCount: Int { stretches.count + (isAppending ? 1 : 0) }

    /// Counts a stretch that is in the inverter now.
    mutating func finish(_ analyzed: AnalyzedText, _ use: Use) {
      self.use = Use(memory: use.memory, units: use.units, text: self.use.text + use.text)
      if analyzed.isLarge { return }
      analyzed.removeAll()
      spare.append(analyzed)
    }
  }

  private enum Entry {
    case waiting(TextStretch)
    case beingAnalyzed
    case analyzed(AnalyzedText, size: Int)
  }

  private let analyzers: AnalyzerPool
  private let state: Monitor<State>
  private var inverter: Inverter
  private let hash: TermHash
  /// Bytes of text handed over; for the one thread that adds.
  private(set) var addedText = 0

  init(_ analyzers: AnalyzerPool, _ inverter: consuming Inverter) {
    self.analyzers = analyzers
    hash = inverter.hash
    state = Monitor(State(use: Use(memory: inverter.flushMemory)))
    self.inverter = inverter
  }

  var use: Use { state.withLock { $0.use } }

  /// Adds the next stretch; ``analyzeNext()`` is to be called once for it.
  func add(_ stretch: TextStretch) {
    addedText += stretch.size
    state.withLock { $0.stretches.append(.waiting(stretch)) }
  }

  /// Analyses the first stretch that waits, and appends what can be appended then.
  func analyzeNext() {
    let work = state.withLock { state -> (Int, TextStretch, AnalyzedText?)? in
      let number = state.nextNumber
      guard case .waiting(let stretch) = state.stretches[number - state.firstNumber] else {
        return nil
      }
      state.nextNumber += 1
      state.stretches[number - state.firstNumber] = .beingAnalyzed
      return (number, stretch, state.spare.popLast())
    }
    guard let (number, stretch, spare) = work else { return }
    let analyzed = spare ?? AnalyzedText(hash: hash)
    analyzers.withAnalyzer { stretch.analyze($0, into: analyzed) }
    state.withLock {
      $0.stretches[number - $0.firstNumber] = .analyzed(analyzed, size: stretch.size)
    }
    appendAnalyzed()
  }

  /// Appends stretches until the next one is not analysed, unless another thread is at it: that one
  /// will find this one's.
  private func appendAnalyzed() {
    var done: (text: AnalyzedText, size: Int)?
    var isFirst = true
    while true {
      let use = done.map { done in
        Use(memory: inverter.flushMemory, units: inverter.unitCount, text: done.size)
      }
      let next = state.change { state -> (AnalyzedText, Int)? in
        if isFirst, state.isAppending { return nil }
        if let done, let use { state.finish(done.text, use) }
        state.isAppending = false
        guard case .analyzed(let text, let size)? = state.stretches.first else { return nil }
        state.stretches.removeFirst()
        state.firstNumber += 1
        state.isAppending = true
        return (text, size)
      }
      guard let (text, size) = next else { return }
      isFirst = false
      inverter.append(text)
      done = (text, size)
    }
  }

  /// Waits until at most so many stretches are not yet appended, and helps meanwhile; if it has to sleep,
  /// until half of them are: to be woken for each costs more than the thread does in between.
  func wait(atMost limit: Int, _ pool: WorkerPool) -> Use {
    while state.withLock({ $0.pendingCount > limit }), pool.runOne() {}
    let use = state.withLock { $0.pendingCount > limit ? nil : $0.use }
    return use ?? state.wait { $0.pendingCount > limit / 2 ? nil : $0.use }
  }

  /// Hands the inverter over; everything was appended.
  func takeInverter() -> Inverter {
    var taken = Inverter(memoryBudget: 0)
    swap(&taken, &inverter)
    return taken
  }
}
