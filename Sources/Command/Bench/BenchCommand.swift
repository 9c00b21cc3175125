import ArgumentParser
import Lede

/// `lede bench`: times the queries of a file.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time the queries of a file.",
    discussion: """
      Examples:
        lede bench queries.jsonl                          top ten, ten rounds
        lede bench queries.jsonl.gz --commands TOP_10,TOP_100,COUNT,TOP_10_COUNT
        lede bench queries.txt --pin 1 --json --per-query
        lede bench queries.jsonl --check --rounds 0       compare with the exhaustive path

      Lines are plain queries, or JSON with "query" (syntax as in search) or "text" (plain \
      words), "id" and "tags"; figures are given per tag too. Every round runs all queries in \
      another order, on one thread, with nothing cached but the file pages. What is timed ends with \
      documents and scores: keys, which take some 25 ns each, are not read. With --threads the \
      rounds are run again by one thread and by that many at once, to compare what they get done.
      """,
    helpNames: .long)

  @Argument(
    help: ArgumentHelp("File of queries; - for standard input.", valueName: "queryfile"),
    completion: .file())
  var queryFile: String

  @OptionGroup var location: IndexLocation

  @Option(
    name: .long,
    help: ArgumentHelp("What to time: TOP_k, COUNT, TOP_k_COUNT.", valueName: "list"))
  var commands = "TOP_10"

  @Option(name: .long, help: ArgumentHelp("Timed rounds.", valueName: "n"))
  var rounds = 10

  @Option(name: .long, help: ArgumentHelp("Rounds before, not timed.", valueName: "n"))
  var warmup = 2

  @Option(name: .long, help: ArgumentHelp("Run on this processor only.", valueName: "cpu"))
  var pin: Int?

  @Option(
    name: .long, help: ArgumentHelp("Also measure this many threads at once.", valueName: "n"))
  var threads = 1

  @Option(name: .long, help: ArgumentHelp("Seed of the shuffled rounds.", valueName: "n"))
  var seed: UInt64 = 1

  @Flag(name: .long, help: "Compare every answer with the exhaustive path.")
  var check = false

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .long, help: "With --json: also every query's times, count and hits.")
  var perQuery = false

  @OptionGroup(title: "Ranking") var ranking: RankingOptions

  @Flag(name: [.short, .long], help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    guard (0...10_000).contains(rounds) else { throw ValidationError("--rounds is 0 to 10000.") }
    guard (0...10_000).contains(warmup) else { throw ValidationError("--warmup is 0 to 10000.") }
    guard (1...256).contains(threads) else { throw ValidationError("--threads is 1 to 256.") }
    if threads > 1 && pin != nil {
      throw ValidationError("--pin keeps to one processor, --threads wants several.")
    }
    if perQuery && !json { throw ValidationError("--per-query goes with --json.") }
  }

  func run() throws {
    if queryFile == "-" && Platform.isTerminal(Platform.standardInput) {
      Talk.say(LedeTool.helpMessage(for: Self.self))
      throw ExitCode(Entry.error)
    }
    let tasks = try BenchTask.list(commands)
    let file = try QueryFile(path: queryFile)
    try location.requireExisting()
    if let pin, !Platform.pin(toProcessor: pin) {
      throw CommandFailure("cannot run on processor \(pin) alone: \(Platform.lastError)")
    }
    let start = Platform.nanoseconds()
    let searcher = try Searcher.open(directory: location.index)
    let opening = Platform.nanoseconds() &- start
    var bench = BenchRun(
      searcher: searcher, file: file, tasks: tasks, ranking: ranking.searchOptions(limit: 0),
      quiet: quiet)
    var report = try bench.run(
      rounds: rounds, warmup: warmup, seed: seed, threads: threads, check: check)
    report.opening = opening
    report.queryFile = queryFile
    report.processor = pin
    for skipped in report.skipped { Talk.say("skipped: \(PrintableText.of(skipped))") }
    try print(report)
    if let check = report.check, !check.differences.isEmpty { throw ExitCode(Entry.error) }
  }

  private func print(_ report: BenchReport) throws {
    var output = Output()
    try output.write(line: json ? report.json(perQuery: perQuery) : report.table)
    try output.flush()
    for difference in report.check?.differences ?? [] {
      Talk.say("difference: \(PrintableText.of(difference))")
    }
  }
}
