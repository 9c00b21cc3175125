import ArgumentParser
import Lede

/// Where the index is.
struct IndexLocation: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Folder of the index.", valueName: "dir"),
    completion: .directory)
  var index = "Index"

  /// Complains when there is no index, naming a neighbour that is one.
  func requireExisting() throws(CommandFailure) {
    guard !Self.holdsIndex(index) else { return }
    let names = Platform.names(in: index)
    if names.contains("unborn") {
      throw CommandFailure(
        "no index in '\(index)' yet: the first lede index is at work or was interrupted; run it again"
      )
    }
    if names.contains(where: { $0.hasPrefix("seg-") && $0.hasSuffix(".lede") }) {
      throw CommandFailure("\(IndexingError.manifestLost(directory: index))")
    }
    let others = Self.indexes(near: index)
    if let meant = Suggestion.nearest(to: index, among: others) ?? others.first {
      throw CommandFailure("no index in '\(index)'. Did you mean --index \(meant)?")
    }
    throw CommandFailure("no index in '\(index)': build one with lede index PATH --index \(index)")
  }

  /// A writer that goes on as the index was begun.
  ///
  /// - Parameter memoryBudget: in bytes; nil for the usual one.
  func openWriter(memoryBudget: Int? = nil) throws -> IndexWriter {
    let searcher = try Searcher.open(directory: index)
    var options = IndexWriterOptions()
    options.language = searcher.analyzerIdentity.language
    options.storesText = searcher.statistics.storesText
    if let memoryBudget { options.memoryBudget = memoryBudget }
    return try IndexWriter(directory: index, options: options)
  }

  static func holdsIndex(_ path: String) -> Bool { Platform.exists(path + "/manifest") }

  /// Whether the last commit of an index can be read at all.
  static func canBeOpened(_ path: String) -> Bool { (try? Searcher.open(directory: path)) != nil }

  /// Indexes beside the given path and in the current folder.
  private static func indexes(near path: String) -> [String] {
    let slash = path.lastIndex(of: "/")
    let parent = slash.map { String(path[..<$0]) }
    let beside = Platform.names(in: parent ?? ".").map { name in
      parent.map { "\($0)/\(name)" } ?? name
    }
    return beside.filter(holdsIndex).sorted()
  }
}

/// How results look.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Colour: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto

  @Flag(name: [.short, .long], help: "Nothing on standard error but errors.")
  var quiet = false

  var usesColor: Bool { color.isEnabled(for: Platform.standardOutput) }
}

/// The weights of the ranking.
struct RankingOptions: ParsableArguments {
  @Option(
    name: .customLong("k1"), help: ArgumentHelp("BM25's saturation of frequency.", valueName: "x"))
  var saturation = 1.2

  @Option(
    name: .customLong("b"), help: ArgumentHelp("BM25's share of length, 0 to 1.", valueName: "x"))
  var lengthShare = 0.75

  @Option(
    name: .long, help: ArgumentHelp("Weight of a word's occurrence in the title.", valueName: "x"))
  var titleWeight = 0.2

  @Flag(
    name: .long,
    help: ArgumentHelp(
      "Let frequent words (the, of, …) match and rank like others.",
      discussion: """
        Unless a sign, a field or a phrase asks for them, they are left out where a query has other \
        words.
        """))
  var keepStopWords = false

  /// The engine's options with these weights.
  func searchOptions(limit: Int, offset: Int = 0) -> SearchOptions {
    var options = SearchOptions()
    options.limit = limit
    options.offset = offset
    options.k1 = saturation
    options.b = lengthShare
    options.titleWeight = titleWeight
    options.ignoresStopWords = !keepStopWords
    return options
  }
}
