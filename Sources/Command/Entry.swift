import ArgumentParser

/// From arguments to exit status.
///
/// The parser's own entry point would end usage errors with 64 and other errors with 1; here 1
/// says that nothing matched, as with grep, and every error is 2.
enum Entry {
  static let noMatch = ExitCode(1)
  static let error: Int32 = 2

  static func run(_ arguments: [String]) -> Never {
    do {
      if let help = ShortHelp.text(for: arguments) { succeed(printing: help) }
      try suggestSubcommand(for: arguments)
      var command = try LedeTool.parseAsRoot(arguments)
      try command.run()
      Platform.leave(0)
    } catch let status as ExitCode {
      Platform.leave(status.rawValue)
    } catch {
      finish(after: error)
    }
  }

  /// Help, version and completion scripts arrive as errors too: they end with 0.
  private static func finish(after error: any Error) -> Never {
    let status = LedeTool.exitCode(for: error)
    if status.isSuccess { succeed(printing: LedeTool.fullMessage(for: error)) }
    if status == .validationFailure {
      Talk.say(LedeTool.fullMessage(for: error))
    } else {
      Talk.say("lede: \(error)")
    }
    Platform.leave(Entry.error)
  }

  private static func succeed(printing text: String) -> Never {
    var output = Output()
    do {
      try output.write(line: text)
      try output.flush()
      Platform.leave(0)
    } catch {
      Talk.say("lede: \(error)")
      Platform.leave(Entry.error)
    }
  }

  /// The parser calls a misspelt subcommand an unexpected argument; name the one that was meant.
  private static func suggestSubcommand(for arguments: [String]) throws(CommandFailure) {
    guard let word = arguments.first, !word.hasPrefix("-"), word != "help" else { return }
    let names = LedeTool.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.contains(word) else { return }
    if let meant = Suggestion.nearest(to: word, among: names) {
      throw CommandFailure("there is no command '\(word)'. Did you mean 'lede \(meant)'?")
    }
    throw CommandFailure(
      "there is no command '\(word)': use \(names.joined(separator: ", ")), or --help")
  }
}
