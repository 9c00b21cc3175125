import ArgumentParser
import Lede

/// `lede delete`: takes articles out of an index.
struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete articles from the index.",
    discussion: """
      Examples:
        lede delete 000_009b895a386fe0de.txt        by the id that a search printed
        lede delete --query '+metal -source' --dry-run
        lede delete --query 'title:obituary'        all that match, not only the first page

      All of them go in one commit, or none; searches no longer see them, and lede optimize takes \
      them off the disk. lede index brings a deleted article back only when its file has changed, \
      or with --reread. Exit status: 0 something was deleted, 1 nothing, 2 an error.
      """,
    helpNames: .long)

  @Argument(help: ArgumentHelp("Ids of articles, as a search prints them.", valueName: "id"))
  var ids: [String] = []

  @Option(
    name: .long, help: ArgumentHelp("Delete every match of a query.", valueName: "query"))
  var query: String?

  @OptionGroup var location: IndexLocation

  @Flag(name: [.customShort("n"), .long], help: "Say what would be deleted, and delete nothing.")
  var dryRun = false

  @Flag(
    name: .long,
    help: "Let frequent words (the, of, …) of the query match like others.")
  var keepStopWords = false

  @Flag(name: .long, help: "Print the report as JSON on standard output.")
  var json = false

  @Flag(name: [.short, .long], help: "Nothing on standard error but errors.")
  var quiet = false

  func validate() throws {
    if ids.isEmpty == (query == nil) {
      throw ValidationError("Name the ids of articles, or give a --query.")
    }
  }

  func run() throws {
    try location.requireExisting()
    let deleted = try dryRun ? count() : delete()
    try report(deleted)
    if deleted.count == 0 { throw Entry.noMatch }
  }

  private typealias Deleted = (count: Int, documents: Int)

  private var options: SearchOptions {
    var options = SearchOptions()
    options.ignoresStopWords = !keepStopWords
    return options
  }

  /// What would be deleted; takes no lock.
  private func count() throws -> Deleted {
    let searcher = try Searcher.open(directory: location.index)
    let documents = searcher.statistics.documents
    if let query {
      return (try searcher.count(QueryParser.parse(query), options: options), documents)
    }
    var found = 0
    for id in Set(ids).sorted() {
      if try searcher.article(key: id) != nil { found += 1 } else { sayMissing(id) }
    }
    return (found, documents)
  }

  private func delete() throws -> Deleted {
    let query = try query.map { try QueryParser.parse($0) }
    let writer = try location.openWriter()
    var found = 0
    if let query {
      found = try writer.delete(matching: query, options: options)
    } else {
      for id in Set(ids).sorted() {
        if try writer.delete(key: id) { found += 1 } else { sayMissing(id) }
      }
    }
    return (found, try writer.commit().documentCount)
  }

  private func sayMissing(_ id: String) {
    if !quiet { Talk.say("no article '\(PrintableText.of(id))' in \(location.index)") }
  }

  private func report(_ deleted: Deleted) throws {
    var output = Output()
    if json {
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("version", 1)
        writer.member("index", location.index)
        writer.member("deleted", deleted.count)
        writer.member("dry_run", dryRun)
        writer.member("documents", deleted.documents)
      }
      try output.write(line: writer.text)
    } else {
      try output.write(
        line: Numbers.counted(deleted.count, "article")
          + (dryRun ? " would be deleted" : " deleted"))
    }
    try output.flush()
    if !quiet {
      Talk.say("\(location.index) holds \(Numbers.counted(deleted.documents, "document"))")
    }
  }
}
