import ArgumentParser
import Lede

/// `lede stats`: how large the index is, and where its bytes go.
struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Show the size of the index.",
    discussion: """
      Examples:
        lede stats                 documents, terms, bytes by section, bits per posting
        lede stats --json          the same for programs
      """,
    helpNames: .long)

  @OptionGroup var location: IndexLocation

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    try location.requireExisting()
    _ = try Searcher.open(directory: location.index)
  }
}
