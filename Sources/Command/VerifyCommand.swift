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
        lede verify --deep                analyse every stored text again and compare

      With --deep every term, occurrence, length and class is derived again from the stored texts, \
      which finds an index that was written wrongly; it takes about as long as indexing. Each \
      fault is one line on standard output that names the file and the offset.
      Exit status: 0 sound, 2 damaged or unreadable.
      """,
    helpNames: .long)

  @OptionGroup var location: IndexLocation

  @Flag(name: .long, help: "Also derive the index again from its stored texts.")
  var deep = false

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: [.short, .long], help: "Print faults only.")
  var quiet = false

  func run() throws {
    try location.requireExisting()
    var output = Output()
    var findings: [IndexVerifier.Finding] = []
    let start = Platform.nanoseconds()
    let summary = try IndexVerifier.verify(directory: location.index) { findings.append($0) }
    let derived = try deep ? derive(&findings) : nil
    let seconds = Double(Platform.nanoseconds() &- start) / 1e9
    if json {
      try output.write(line: Self.jsonText(summary, findings, derived))
    } else {
      for finding in findings {
        try output.write(line: PrintableText.of(finding.description))
      }
    }
    try output.flush()
    if findings.contains(where: \.isFault) { throw ExitCode(Entry.error) }
    if !quiet && !json {
      Talk.say(
        "\(location.index) is sound: \(Numbers.counted(summary.files, "file")), "
          + "\(Numbers.counted(summary.liveDocuments, "document")), "
          + "\(Numbers.bytes(UInt64(summary.bytes))) in \(Numbers.fixed(seconds, 1)) s"
          + (derived.map { ", \(Numbers.counted($0.documents, "document")) derived again" } ?? ""))
    }
  }

  /// Adds the differences between the index and its texts to the findings.
  private func derive(
    _ findings: inout [IndexVerifier.Finding]
  ) throws -> DeepVerifier.Summary? {
    // Where the manifest can't be read, that is the finding.
    guard !findings.contains(where: \.isFault) || IndexLocation.canBeOpened(location.index) else {
      return nil
    }
    var differences: [IndexVerifier.Finding] = []
    let summary = try DeepVerifier.verify(directory: location.index) {
      differences.append(.fault($0))
    }
    findings += differences.filter { !findings.contains($0) }
    if summary.differences > differences.count, !quiet {
      Talk.say("\(Numbers.grouped(summary.differences)) differences from the stored texts in all")
    }
    return summary
  }

  private static func jsonText(
    _ summary: IndexVerifier.Summary, _ findings: [IndexVerifier.Finding],
    _ derived: DeepVerifier.Summary?
  ) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("version", 1)
      writer.member("sound", !findings.contains(where: \.isFault))
      let numbers = [
        ("files", summary.files), ("bytes", summary.bytes), ("segments", summary.segments),
        ("documents", summary.liveDocuments),
      ]
      for (name, number) in numbers {
        writer.member(name, number)
      }
      if let derived {
        writer.member("derived_documents", derived.documents)
        writer.member("differences", derived.differences)
      }
      writer.key("findings")
      writer.array(findings) { writer, finding in write(finding, into: &writer) }
    }
    return writer.text
  }

  private static func write(_ finding: IndexVerifier.Finding, into writer: inout JSONWriter) {
    let place = Place(finding)
    writer.object { writer in
      writer.member("fault", finding.isFault)
      writer.member("file", place.file)
      writer.member("offset", place.offset)
      writer.member("section", place.section)
      writer.member("reason", place.reason)
    }
  }

  /// Where a finding lies, as far as it has a place.
  private struct Place {
    var file: String?
    var offset: UInt64?
    var section: String?
    var reason: String

    init(_ finding: IndexVerifier.Finding) {
      reason = finding.description
      switch finding {
      case .fault(.corrupt(let path, let offset, let section, let reason)):
        (file, self.offset, self.section, self.reason) = (path, offset, section, reason)
      case .fault(let error): file = error.path
      case .unusedFile(let path): file = path
      }
    }
  }
}
