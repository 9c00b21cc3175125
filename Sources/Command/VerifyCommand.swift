import ArgumentParser
import Lede

/// `lede verify`: reads every byte of the index and checks it.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every byte of the index.",
    discussion: """
      Examples:
        lede verify                       exit status 0: every byte is as it was written
        lede verify --index News --json

      Each fault is one line on standard output that names the file and the offset. \
      Exit status: 0 sound, 2 damaged or unreadable.
      """,
    helpNames: .long)

  @OptionGroup var location: IndexLocation

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: [.short, .long], help: "Print faults only.")
  var quiet = false
}
