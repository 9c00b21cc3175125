import ArgumentParser
import Lede
import LedeArticles

/// `lede index`: reads archives into an index.
struct IndexCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Read articles into an index.",
    discussion: """
      Examples:
        lede index ./archive                         a folder, with all folders in it
        lede index news.jsonl.gz --index News        JSON Lines, packed or not
        xz -dc dump.jsonl.xz | lede index -          standard input
        lede index dump.jsonl --field title=headline --field body=story

      Reads plain-text articles (.txt) and JSON Lines (.jsonl, .ndjson, .json), either packed with \
      gzip. An article whose key is in the index already replaces the earlier one. Files that are \
      unchanged since they were read are passed over: run it again at any time. What cannot be \
      read is named and counted, and the rest goes on; the exit status is then 2. Ctrl-C leaves \
      the index as the last commit left it, a minute ago at most; run again, it goes on from there.
      """,
    helpNames: .long)

  @Argument(
    help: ArgumentHelp("Files and folders; - for standard input.", valueName: "path"),
    completion: .file())
  var paths: [String]

  @OptionGroup var location: IndexLocation

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Language of the stemming: en, de, … or none. Default: that of the index, else en.",
      valueName: "code"))
  var language: String?

  @Flag(name: .long, help: "Keep no text: a smaller index, without snippets and show.")
  var noStore = false

  @Option(
    name: .long, help: ArgumentHelp("Format: auto, text or jsonl.", valueName: "name"))
  var format = InputFormat.auto

  @Option(
    name: .customLong("field"),
    help: ArgumentHelp("Read a field from another JSON member.", valueName: "field=name"))
  var fields: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("zlib level of the stored text, 1 to 9.", valueName: "n"))
  var level: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Memory of the whole process, such as 256MB; mapped files do not count. Default: 1GB.",
      valueName: "size"))
  var memory = ByteSize(bytes: 1 << 30)

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Threads that work at once. Default: one for every processor.", valueName: "n"))
  var threads: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Commit so often meanwhile: 90s, 10m; 0 for only at the end.", valueName: "time"))
  var commitEvery = TimeSpan.minute

  @Flag(name: .long, help: "Read unchanged files again, too.")
  var reread = false

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Delete articles whose file has gone from a folder named, or that have gone from their file.",
      discussion: """
        Files that cannot be read, or not wholly, keep their articles. A folder of which nothing \
        is left is taken for a disk that is not mounted: nothing is deleted without --allow-empty.
        """))
  var deleteMissing = false

  @Flag(name: .long, help: "Let --delete-missing empty a folder.")
  var allowEmpty = false

  @Flag(name: .long, help: "Print the report as JSON on standard output.")
  var json = false

  @Flag(name: [.short, .long], help: "Nothing on standard error but problems.")
  var quiet = false

  /// `--format`.
  enum InputFormat: String, ExpressibleByArgument, CaseIterable {
    case auto, text, jsonl

    var readerFormat: ArticleReaderOptions.Format {
      switch self {
      case .auto: .automatic
      case .text: .text
      case .jsonl: .jsonLines
      }
    }
  }

  func validate() throws {
    if paths.isEmpty { throw ValidationError("Name at least one file or folder, or - for stdin.") }
    if deleteMissing && paths.contains("-") {
      throw ValidationError("--delete-missing is for files: what standard input lacks is not gone.")
    }
    if allowEmpty && !deleteMissing {
      throw ValidationError("--allow-empty is for --delete-missing.")
    }
    if let level, !(1...9).contains(level) { throw ValidationError("--level is 1 to 9.") }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads is 1 to 256.")
    }
    let least = IndexMemory.least(threads: threadCount)
    if memory.bytes < least {
      throw ValidationError(
        "--memory is at least \((least + (1 << 20) - 1) >> 20)MB with "
          + Numbers.counted(threadCount, "thread") + ".")
    }
  }

  private var threadCount: Int { threads ?? min(Platform.processorCount, 256) }

  func run() throws {
    if paths.contains("-") && Platform.isTerminal(Platform.standardInput) {
      // Nothing is piped in: waiting for typed JSON would look like a hang.
      Talk.say(LedeTool.helpMessage(for: Self.self))
      throw ExitCode(Entry.error)
    }
    Interruption.watch()
    Platform.returnLargeMemory()
    let hadIndex = IndexLocation.holdsIndex(location.index)
    let writer = try openWriter()
    let roots = IndexRoots(paths, writer)
    let options = try readerOptions()
    let known = reread ? KnownInputs() : roots.known(rules: options.rules)
    var run = IndexRun(
      writer: writer, hadIndex: hadIndex, roots: roots,
      reader: ArchiveReader(paths: paths, options: options, known: known), rules: options.rules,
      progress: Progress(quiet: quiet), directory: location.index,
      totalBytes: totalBytes(options, known), quiet: quiet)
    run.commitInterval = commitEvery.seconds
    if deleteMissing { run.missing = MissingInputs(paths, options, allowsEmpty: allowEmpty) }
    let summary = try run.finish()
    try report(summary, hint: run.hint)
  }

  private func openWriter() throws -> IndexWriter {
    var options = IndexWriterOptions()
    if let language {
      guard let known = Language(language) else {
        throw CommandFailure(unknownLanguage(language))
      }
      options.language = known
    } else if let existing = IndexRun.language(ofIndexIn: location.index) {
      options.language = existing
    }
    options.storesText = !noStore
    if let level { options.compressionLevel = level }
    options.threads = threadCount
    options.memoryBudget = IndexMemory.budget(of: memory.bytes)
    return try IndexWriter(directory: location.index, options: options)
  }

  private func readerOptions() throws -> ArticleReaderOptions {
    var options = ArticleReaderOptions()
    options.format = format.readerFormat
    options.excludedDirectories = [location.index]
    for field in fields { try options.fields.map(field) }
    return options
  }

  /// Bytes to be read, for the progress line; nil where nobody sees it or nobody knows.
  private func totalBytes(_ options: ArticleReaderOptions, _ known: KnownInputs) -> UInt64? {
    guard !quiet, !paths.contains("-") else { return nil }
    return ArchiveReader.measure(paths: paths, options: options, known: known).bytes
  }

  private func unknownLanguage(_ name: String) -> String {
    let codes = Language.all.map(\.code)
    let hint = Suggestion.nearest(to: name, among: codes).map { " Did you mean \($0)?" } ?? ""
    return "no stemmer for '\(name)'.\(hint) Known: \(codes.joined(separator: ", "))"
  }

  private func report(_ summary: IndexSummary, hint: String?) throws {
    if json {
      var output = Output()
      try output.write(line: summary.json)
      try output.flush()
    }
    if !quiet {
      Talk.say(summary.text)
      let directory = location.index == "Index" ? "" : " --index \(location.index)"
      if summary.added + summary.replaced > 0, let hint {
        Talk.say("Search it: lede search \"\(hint)\"\(directory)")
      }
    }
    if summary.errors > 0 { throw ExitCode(Entry.error) }
    if !summary.foundSomething {
      if !quiet { Talk.say("No article found: lede reads .txt and .jsonl files, packed or not.") }
      throw Entry.noMatch
    }
  }
}
