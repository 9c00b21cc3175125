import ArgumentParser
import Lede

/// `lede search`: ranked hits for one query or for a file of them.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search the index.",
    discussion: """
      Examples:
        lede search alumina industry cluster          any word, the best first
        lede search '+strike +"pay rise" -metal'      all of, exactly, none of
        lede search 'title:budget' --limit 3 --json   in titles; for programs
        lede search 氧化铝                             no spaces, no option
        lede search --queries topics.jsonl --limit 1000 --format trec

      Quote a query that holds - or ", or the shell and the options see them first. \
      A word matches all its forms; a "quoted phrase" matches exactly, accents and case aside. \
      Exit status: 0 something matched, 1 nothing did, 2 an error.
      """,
    helpNames: .long)

  @Argument(help: ArgumentHelp("Words, +must, -not, \"phrase\", title:word.", valueName: "query"))
  var query: [String] = []

  @OptionGroup var location: IndexLocation

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Hits shown.", valueName: "n"))
  var limit = 10

  @Option(name: .long, help: ArgumentHelp("Hits passed over first.", valueName: "n"))
  var offset = 0

  @Flag(name: .long, help: "Print the exact number of matches instead of hits.")
  var count = false

  @Option(
    name: .long,
    help: ArgumentHelp("Output: text, json, jsonl (a hit per line) or trec.", valueName: "name"))
  var format: OutputFormat?

  @Flag(name: .long, help: "The same as --format json.")
  var json = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "File of queries, plain lines or JSON Lines, packed or not; - for stdin.",
      valueName: "file"),
    completion: .file())
  var queries: String?

  @OptionGroup(title: "Ranking") var ranking: RankingOptions
  @OptionGroup(title: "Appearance") var output: OutputOptions

  /// `--format`.
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, jsonl, trec
  }

  private var chosenFormat: OutputFormat {
    format ?? (json ? .json : queries == nil ? .text : .trec)
  }

  func validate() throws {
    if query.isEmpty == (queries == nil) {
      throw ValidationError(
        query.isEmpty ? "Give a query, or --queries FILE." : "Give a query or --queries, not both.")
    }
    guard (0...SearchOptions.maxWindow).contains(limit) else {
      throw ValidationError("--limit is 0 to \(SearchOptions.maxWindow).")
    }
    guard (0...SearchOptions.maxWindow).contains(offset) else {
      throw ValidationError("--offset is 0 to \(SearchOptions.maxWindow).")
    }
    if json, let format, format != .json {
      throw ValidationError("--json and --format \(format.rawValue) exclude each other.")
    }
    if count && (chosenFormat == .trec || chosenFormat == .jsonl) {
      throw ValidationError("--count prints text or json: \(chosenFormat.rawValue) has no totals.")
    }
    if queries != nil && chosenFormat == .text {
      throw ValidationError("--queries prints trec, json or jsonl.")
    }
  }

  func run() throws {
    let standardInput = query == ["-"] || queries == "-"
    if standardInput && Platform.isTerminal(Platform.standardInput) {
      Talk.say(LedeTool.helpMessage(for: Self.self))
      throw ExitCode(Entry.error)
    }
    let lines = try queryLines()
    try location.requireExisting()
    let searcher = try Searcher.open(directory: location.index)
    var printer = ResultsPrinter(
      format: chosenFormat, color: output.usesColor, quiet: output.quiet, offset: offset,
      isBatch: queries != nil)
    var matched = false
    var refused = 0
    for line in lines {
      do {
        matched = try answer(line, searcher: searcher, printer: &printer) || matched
      } catch {
        guard queries != nil, Self.concernsOneQuery(error) else { throw error }
        // One topic that is no query must not cost the answers to the others.
        refused += 1
        Talk.say("query \(PrintableText.of(line.id)): \(error)")
      }
    }
    try printer.finish()
    if matched, chosenFormat == .text, !count, !output.quiet, !searcher.statistics.storesText {
      Talk.say("The index was built with --no-store: it keeps no text to show passages of.")
    }
    if refused > 0 { throw ExitCode(Entry.error) }
    if !matched { throw Entry.noMatch }
  }

  private static func concernsOneQuery(_ error: any Error) -> Bool {
    switch error {
    case is QueryError: true
    case SearchError.query: true
    default: false
    }
  }

  private func queryLines() throws -> [QueryLine] {
    if let queries { return try QueryFile(path: queries).queries }
    var text = query.joined(separator: " ")
    if text == "-" {
      // One byte more than the engine accepts is enough for it to refuse the rest.
      let bytes = try QueryFile.read("-", limit: 1 << 24)
      text = String(decoding: bytes, as: UTF8.self)
    }
    return [QueryLine(id: "1", text: text, tags: [])]
  }

  /// Whether anything matched.
  private func answer(_ line: QueryLine, searcher: Searcher, printer: inout ResultsPrinter) throws
    -> Bool
  {
    let start = Platform.nanoseconds()
    let query = try line.parsed()
    if chosenFormat == .trec {
      let ranked = try searcher.rank(query, options: options)
      try printer.print(trec: ranked, of: line)
      return ranked.total > 0
    }
    let results = try searcher.search(query, options: options)
    let milliseconds = Double(Platform.nanoseconds() &- start) / 1e6
    if count && chosenFormat == .text {
      try printer.print(count: results.total)
    } else {
      try printer.print(results, of: line, milliseconds: milliseconds)
    }
    return results.total > 0
  }

  private var options: SearchOptions {
    var options = ranking.searchOptions(
      limit: count && chosenFormat == .text ? 0 : limit, offset: offset)
    options.countsExactly = count
    return options
  }
}
