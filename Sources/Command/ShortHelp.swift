import ArgumentParser

/// `-h`: usage and one line per option; the examples and explanations are left to `--help`.
enum ShortHelp {
  /// The help asked for with `-h`; nil when it was not asked for.
  static func text(for arguments: [String]) -> String? {
    let options = arguments.prefix { $0 != "--" }
    guard options.contains("-h") else { return nil }
    let named = LedeTool.configuration.subcommands.first {
      $0.configuration.commandName == options.first { !$0.hasPrefix("-") }
    }
    return shortened(named)
  }

  private static func shortened(_ command: (any ParsableCommand.Type)?) -> String {
    let columns = Platform.columns(Platform.standardOutput) ?? 80
    let long =
      command.map { LedeTool.helpMessage(for: $0, columns: columns) }
      ?? LedeTool.helpMessage(columns: columns)
    let configuration = command?.configuration ?? LedeTool.configuration
    let name = command?.configuration.commandName.map { "lede \($0)" } ?? "lede"
    let lines = long.split(separator: "\n", omittingEmptySubsequences: false)
    let usage = lines.firstIndex { $0.hasPrefix("USAGE:") } ?? 0
    return ([Substring(configuration.abstract), ""] + lines[usage...]).joined(separator: "\n")
      + "\nExamples and explanations: \(name) --help"
  }
}
