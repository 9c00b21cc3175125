import ArgumentParser
import Lede

/// `lede optimize`: merges the segments of an index.
struct OptimizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize",
    abstract: "Merge the segments of the index: smaller, faster to search.",
    discussion: """
      Examples:
        lede optimize                     one segment, deleted articles gone from the disk
        lede optimize --segments 4        at most four
        lede optimize --reorder --time-budget 10m --threads 2

      Searches give the same answers, in the same order and with the same scores, before, \
      meanwhile and after. With --reorder like documents are brought together, which makes the \
      index smaller and searches faster, above all where the articles came in no order. \
      Ctrl-C leaves the index as the last commit left it. Needs room on the disk for a second \
      copy until it is done, and for part of a third with little memory.
      """,
    helpNames: .long)

  @OptionGroup var location: IndexLocation

  @Option(
    name: .long, help: ArgumentHelp("Leave at most so many segments.", valueName: "n"))
  var segments = 1

  @Flag(name: .long, help: "Look for an order of the documents that makes it smaller and faster.")
  var reorder = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Time to look for that order: 90s, 10m, 1h. Default: until it gets no better.",
      valueName: "time"))
  var timeBudget: TimeSpan?

  @Option(
    name: .long, help: ArgumentHelp("Threads that look for that order.", valueName: "n"))
  var threads = 1

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Memory for merging, such as 64MB, at least 16MB; mapped files do not count.",
      valueName: "size"))
  var memory: ByteSize?

  @Flag(name: .long, help: "Print the report as JSON on standard output.")
  var json = false

  @Flag(name: [.short, .long], help: "Nothing on standard error but problems.")
  var quiet = false

  func validate() throws {
    guard (1...256).contains(threads) else { throw ValidationError("--threads is 1 to 256.") }
    if let memory, memory.bytes < 16 << 20 {
      throw ValidationError("--memory is at least 16MB.")
    }
    if segments < 1 { throw ValidationError("--segments is at least 1.") }
    if timeBudget != nil && !reorder {
      throw ValidationError("--time-budget is for --reorder: merging takes what it takes.")
    }
  }

  func run() throws {
    try location.requireExisting()
    Interruption.watch()
    let progress = MergeLine(quiet: quiet)
    let writer = try location.openWriter(memoryBudget: memory?.bytes)
    do {
      let summary = try writer.optimize(
        maximumSegments: segments, reordering: reorder,
        timeBudget: timeBudget.map { .seconds($0.seconds) }, threads: threads
      ) { state in
        progress.update(state)
        return !Interruption.isRequested
      }
      Interruption.settle()
      progress.clear()
      try report(OptimizeReport(summary, directory: location.index, seconds: progress.elapsed))
    } catch IndexingError.cancelled {
      Interruption.settle()
      progress.clear()
      Talk.say("interrupted: the index is as the last commit left it")
      throw ExitCode(Interruption.status)
    }
  }

  private func report(_ report: OptimizeReport) throws {
    if json {
      var output = Output()
      try output.write(line: report.json)
      try output.flush()
    }
    if !quiet { Talk.say(report.text) }
  }
}

/// The progress of a merge on standard error.
final class MergeLine {
  private var progress: Progress
  /// Seconds until the first bytes were written: what reading and reordering took.
  private var preparation: Double?

  init(quiet: Bool) { progress = Progress(quiet: quiet) }

  var elapsed: Double { progress.elapsed }

  func update(_ state: MergeProgress) {
    if preparation == nil, state.bytes > 0 { preparation = elapsed }
    let line = Self.line(state, elapsed: elapsed, preparation: preparation ?? elapsed)
    progress.update(line)
  }

  func clear() { progress.clear() }

  /// One line: `terms · 48.2 of 305.0 MB · 0:04 · ETA 0:19`.
  ///
  /// - Parameter preparation: seconds before the first bytes, which say nothing of those to come.
  static func line(_ state: MergeProgress, elapsed: Double, preparation: Double) -> String {
    var parts = [
      state.step.rawValue,
      "\(Numbers.bytes(state.bytes)) of \(Numbers.bytes(state.totalBytes))",
      Numbers.clock(elapsed),
    ]
    let rate = Double(state.bytes) / max(elapsed - preparation, 0.001)
    if elapsed > preparation + 1, state.totalBytes > state.bytes {
      parts.append("ETA \(Numbers.clock(Double(state.totalBytes - state.bytes) / rate))")
    }
    return parts.joined(separator: " · ")
  }
}
