import ArgumentParser
import Lede

/// `lede stats`: how large the index is, and where its bytes go.
struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Show the size of the index.",
    discussion: """
      Examples:
        lede stats              documents, terms, bytes by section, bits per posting
        lede stats --json       the same for programs
      """,
    helpNames: .long)

  @OptionGroup var location: IndexLocation

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    try location.requireExisting()
    let searcher = try Searcher.open(directory: location.index)
    let statistics = searcher.statistics
    let postings = try searcher.postingStatistics()
    var output = Output()
    try output.write(
      line: json
        ? Self.jsonText(statistics, postings) : Self.text(statistics, postings))
    try output.flush()
  }

  private static func text(_ statistics: IndexStatistics, _ postings: PostingStatistics) -> String {
    let language = statistics.analyzer.language
    var rows: [(String, String)] = [
      ("documents", Numbers.grouped(statistics.documents)),
      ("deleted", Numbers.grouped(statistics.deleted)),
      ("segments", Numbers.grouped(statistics.segments)),
      ("terms", Numbers.grouped(statistics.terms)),
      ("tokens", Numbers.grouped(statistics.tokens)),
      ("postings", Numbers.grouped(postings.postings + postings.classPostings)),
      ("bits per posting", Numbers.fixed(postings.bitsPerPosting, 2)),
      ("bits per position", Numbers.fixed(postings.bitsPerPosition, 2)),
      ("language", "\(language.code) (\(language.name))"),
      ("stored text", statistics.storesText ? "yes" : "no (--no-store)"),
      ("bytes", Numbers.grouped(statistics.bytes)),
    ]
    rows += statistics.sections.map { ("  " + $0.name, Numbers.grouped($0.bytes)) }
    let width = rows.map { $0.0.count }.max() ?? 0
    let column = rows.dropFirst(rows.count - statistics.sections.count - 1).map { $0.1.count }.max()
    return rows.map { name, value in
      let isSize = name == "bytes" || name.hasPrefix("  ")
      return Numbers.left(name, width) + "  " + (isSize ? Numbers.right(value, column ?? 0) : value)
    }.joined(separator: "\n")
  }

  private static func jsonText(_ statistics: IndexStatistics, _ postings: PostingStatistics)
    -> String
  {
    var writer = JSONWriter()
    writer.object { writer in
      let numbers = [
        ("version", 1), ("documents", statistics.documents), ("deleted", statistics.deleted),
        ("segments", statistics.segments), ("terms", statistics.terms),
        ("tokens", statistics.tokens), ("postings", postings.postings),
        ("class_postings", postings.classPostings), ("occurrences", postings.occurrences),
        ("bytes", statistics.bytes),
      ]
      for (name, value) in numbers {
        writer.member(name, value)
      }
      writer.member("bits_per_posting", postings.bitsPerPosting)
      writer.member("bits_per_position", postings.bitsPerPosition)
      writer.key("sections")
      writer.object { writer in
        for section in statistics.sections {
          writer.member(section.name, section.bytes)
        }
      }
      writer.member("stores_text", statistics.storesText)
      writer.member("generation", statistics.generation)
      writer.member("language", statistics.analyzer.language.code)
      writer.member("analyzer", statistics.analyzer.description)
    }
    return writer.text
  }
}
