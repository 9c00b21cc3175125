import ArgumentParser
import Lede

/// `lede show`: one stored article.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print a stored article.",
    discussion: """
      Examples:
        lede show 000_009b895a386fe0de.txt     the id that a search printed
        lede show news.jsonl#17 --json         every stored field

      Exit status: 0 found, 1 no such article, 2 an error.
      """,
    helpNames: .long)

  @Argument(help: ArgumentHelp("The article's id, as a search prints it.", valueName: "id"))
  var id: String

  @OptionGroup var location: IndexLocation

  @Flag(name: .long, help: "Print every stored field as JSON.")
  var json = false

  @OptionGroup(title: "Appearance") var appearance: OutputOptions

  func run() throws {
    try location.requireExisting()
    let searcher = try Searcher.open(directory: location.index)
    guard let article = try searcher.article(key: id) else {
      if !appearance.quiet { Talk.say("no article '\(PrintableText.of(id))' in \(location.index)") }
      throw Entry.noMatch
    }
    var output = Output()
    let storesText = searcher.statistics.storesText
    if json {
      try output.write(line: Self.json(of: article, storesText: storesText))
    } else {
      try output.write(
        Self.text(of: article, storesText: storesText, color: appearance.usesColor))
    }
    try output.flush()
    if !storesText && !appearance.quiet {
      Talk.say("the index was built with --no-store: it holds no text of its articles")
    }
  }

  private static func text(of article: Article, storesText: Bool, color: Bool) -> String {
    let title = PrintableText.of(article.title)
    var lines = title.isEmpty ? [] : [color ? Style.title.apply(to: title) : title]
    let facts: [(String, String?)] = [
      ("id", article.key), ("date", article.date?.iso8601), ("source", article.source),
      ("author", article.author), ("category", article.category), ("language", article.language),
      ("url", article.url), ("read from", provenance(of: article, storesText: storesText)),
    ]
    for case (let name, let value?) in facts {
      let fact = Numbers.left(name, 10) + PrintableText.of(value)
      lines.append(color ? Style.faint.apply(to: fact) : fact)
    }
    let body = PrintableText.ofLines(article.body)
    return lines.joined(separator: "\n") + "\n" + (body.isEmpty ? "" : "\n\(body)\n")
  }

  /// Where the article was read; offset and hash are stored beside texts only.
  private static func provenance(of article: Article, storesText: Bool) -> String? {
    let provenance = article.provenance
    guard !provenance.path.isEmpty else { return nil }
    guard storesText else { return provenance.path }
    return "\(provenance.path), byte \(provenance.offset), "
      + "content hash \(hexadecimal(provenance.contentHash))"
  }

  private static func json(of article: Article, storesText: Bool) -> String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("version", 1)
      let fields: [(String, String?)] = [
        ("id", article.key), ("title", article.title), ("date", article.date?.iso8601),
        ("source", article.source), ("author", article.author), ("category", article.category),
        ("language", article.language), ("url", article.url), ("body", article.body),
        ("path", article.provenance.path),
      ]
      for (name, value) in fields {
        writer.member(name, value)
      }
      guard storesText else { return }
      writer.member("offset", article.provenance.offset)
      writer.member("content_hash", hexadecimal(article.provenance.contentHash))
    }
    return writer.text
  }
}
