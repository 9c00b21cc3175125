import ArgumentParser
import Lede

/// `lede repair`: mends a damaged index.
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Mend a damaged index: keep what is sound, index again what can be saved.",
    discussion: """
      Examples:
        lede repair --dry-run             what is damaged, and what could be saved
        lede repair
        lede repair --language de         when the manifest is lost and texts cannot tell

      Sound segments stay as they are. Of a damaged one, the articles whose texts are intact are \
      indexed again from these; the others are lost, and their ids are printed: index their archive \
      again to have them back. A lost manifest is made anew from the segments; articles that had \
      been deleted may then be back. Damaged files are kept aside as NAME.damaged. All is written \
      before anything is replaced.
      Exit status: 0 the index is sound now, 2 an error, or damage that --dry-run found.
      """,
    helpNames: .long)

  @OptionGroup var location: IndexLocation

  @Flag(name: [.short, .long], help: "Report what would be done, and change nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Remove damaged files instead of keeping them aside.")
  var discard = false

  @Option(
    name: .long,
    help: ArgumentHelp("Language of the index, if its manifest is lost.", valueName: "code"))
  var language: String?

  @Flag(name: .long, help: "Print the report as JSON on standard output.")
  var json = false

  @Flag(name: [.short, .long], help: "Nothing on standard error but problems.")
  var quiet = false

  func run() throws {
    guard Self.holdsFiles(location.index) else { return try location.requireExisting() }
    var options = IndexRepair.Options()
    options.isDryRun = dryRun
    options.keepsDamaged = !discard
    if let language {
      guard let known = Language(language) else {
        throw CommandFailure("no language '\(language)': see lede index --help")
      }
      options.language = known
    }
    let report = try IndexRepair.repair(directory: location.index, options: options)
    let account = RepairAccount(report, directory: location.index, isDryRun: dryRun)
    if json {
      var output = Output()
      try output.write(line: account.json)
      try output.flush()
    }
    // What was lost is a problem, even for the quiet.
    if !quiet || report.lost > 0 {
      for line in account.lines { Talk.say(PrintableText.of(line)) }
    }
    if dryRun, report.isDamaged { throw ExitCode(Entry.error) }
  }

  /// Whether there is a manifest, or a segment without one.
  private static func holdsFiles(_ path: String) -> Bool {
    IndexLocation.holdsIndex(path)
      || Platform.names(in: path).contains { $0.hasPrefix("seg-") && $0.hasSuffix(".lede") }
  }
}
