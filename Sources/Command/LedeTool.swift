import ArgumentParser

/// The root of the command line.
struct LedeTool: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "lede",
    abstract: "Full-text search over archives of news articles.",
    discussion: """
      Examples:
        lede index ./archive                       build the index ./Index
        lede search "alumina industry cluster"     the ten best articles
        lede search '+strike +"pay rise" -metal'   all of, exactly, none of
        lede show 2020/07/01/article.txt           one stored article, whole

      Exit status: 0 something matched, 1 nothing did, 2 any error, 130 Ctrl-C.
      """,
    version: version,
    subcommands: [
      IndexCommand.self, SearchCommand.self, ShowCommand.self, DeleteCommand.self,
      StatsCommand.self, OptimizeCommand.self, VerifyCommand.self, RepairCommand.self,
      BenchCommand.self,
    ],
    helpNames: .long)
}
