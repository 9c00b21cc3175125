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
    /// Memory that appending will need soon.
    var ahead: [MemoryAhead.Page] = []

    var pendingCount: Int { stretches.count + (isAppending ? 1 : 0) }

    /// Counts a stretch that is in the inverter now.
    mutating func finish(_ analyzed: AnalyzedText, _ use: Use, _ ahead: [MemoryAhead.Page]) {
      self.use = Use(memory: use.memory, units: use.units, text: self.use.text + use.text)
      self.ahead += ahead
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
  private let looksAhead: Bool
  /// Bytes of text handed over; for the one thread that adds.
  private(set) var addedText = 0

  /// - Parameter looksAhead: whether anybody takes ``takePagesAhead()``.
  init(_ analyzers: AnalyzerPool, _ inverter: consuming Inverter, looksAhead: Bool) {
    self.analyzers = analyzers
    self.looksAhead = looksAhead
    hash = inverter.hash
    state = Monitor(State(use: Use(memory: inverter.flushMemory)))
    self.inverter = inverter
  }

  var use: Use { state.withLock { $0.use } }

  /// Adds the next stretch; ``work()`` is to be called once for it by a thread of the pool, if it has any.
  func add(_ stretch: TextStretch) {
    addedText += stretch.size
    state.withLock { $0.stretches.append(.waiting(stretch)) }
  }

  /// Memory that appending will need soon; any thread may get it from the system.
  func takePagesAhead() -> [MemoryAhead.Page] {
    state.withLock { state in
      defer { state.ahead = [] }
      return state.ahead
    }
  }

  /// Analyses the first stretch that waits, if any does, and appends what can be appended then: what a
  /// thread of the pool is to do once for each stretch that was added.
  func work() {
    _ = analyzeNext()
    _ = appendAnalyzed(whileMoreThan: 0)
  }

  /// Analyses the first stretch that waits; false if none does.
  private func analyzeNext() -> Bool {
    let work = state.withLock { state -> (Int, TextStretch, AnalyzedText?)? in
      let number = state.nextNumber
      let place = number - state.firstNumber
      guard place < state.stretches.count, case .waiting(let stretch) = state.stretches[place]
      else { return nil }
      state.nextNumber += 1
      state.stretches[place] = .beingAnalyzed
      return (number, stretch, state.spare.popLast())
    }
    guard let (number, stretch, spare) = work else { return false }
    let analyzed = spare ?? AnalyzedText(hash: hash)
    analyzers.withAnalyzer { stretch.analyze($0, into: analyzed) }
    state.withLock {
      $0.stretches[number - $0.firstNumber] = .analyzed(analyzed, size: stretch.size)
    }
    return true
  }

  /// Appends stretches until the next one is not analysed or no more than so many are left, unless
  /// another thread is at it; false if it has appended none.
  private func appendAnalyzed(whileMoreThan limit: Int) -> Bool {
    var done: (text: AnalyzedText, size: Int)?
    while true {
      let use = done.map { done in
        Use(memory: inverter.flushMemory, units: inverter.unitCount, text: done.size)
      }
      let ahead = done == nil || !looksAhead ? [] : inverter.takePagesAhead()
      let isFirst = done == nil
      let next = state.change { state -> (AnalyzedText, Int)? in
        if isFirst, state.isAppending { return nil }
        if let done, let use { state.finish(done.text, use, ahead) }
        state.isAppending = false
        guard state.stretches.count > limit,
          case .analyzed(let text, let size)? = state.stretches.first
        else { return nil }
        state.stretches.removeFirst()
        state.firstNumber += 1
        state.isAppending = true
        return (text, size)
      }
      guard let (text, size) = next else { return !isFirst }
      inverter.append(text)
      done = (text, size)
    }
  }

  /// Waits until at most so many stretches are not yet appended, and helps meanwhile, but no longer: only
  /// this thread gives the others work. If it has to sleep, it does until half of them are: to be woken
  /// for each costs more than the thread does in between.
  func wait(atMost limit: Int, _ pool: WorkerPool) -> Use {
    while state.withLock({ $0.pendingCount > limit }),
      analyzeNext() || appendAnalyzed(whileMoreThan: limit) || pool.runOne()
    {}
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
