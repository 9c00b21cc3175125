import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage

/// Answers queries on one state of an index, whatever is committed or deleted after it was opened.
///
/// Opening maps the files and checks their frames, in time that does not grow with the index. Many
/// threads may search at once.
public final class Searcher: Sendable {
  public let directory: String
  /// The analyzer that made the index's terms.
  public let analyzerIdentity: AnalyzerIdentity
  let segments: [SegmentReader]
  let manifest: Manifest
  let collection: CollectionStatistics
  private let contexts: SearchContextPool

  private init(
    directory: String, identity: AnalyzerIdentity, manifest: Manifest, segments: [SegmentReader]
  ) {
    self.directory = directory
    analyzerIdentity = identity
    self.manifest = manifest
    self.segments = segments
    collection = CollectionStatistics(segments)
    contexts = SearchContextPool(language: identity.language, segments: segments)
  }

  /// Opens the last commit of the index in a folder.
  ///
  /// Throws ``SearchError/noIndex(directory:)``, ``SearchError/analyzerMismatch(directory:index:program:)``
  /// when the index's terms were made by other rules than this program's, or what is wrong with a
  /// file.
  /// - Complexity: O(segments).
  public static func open(directory: String) throws(SearchError) -> Searcher {
    try open(directory: directory, fileSystem: PosixFileSystem())
  }

  package static func open(
    directory: String, fileSystem: any FileSystem
  ) throws(SearchError) -> Searcher {
    let manifest = try readManifest(directory, fileSystem)
    // Before the segments are opened: other rules' files may be of another version, too.
    _ = try checkedIdentity(manifest, directory)
    let snapshot: IndexSnapshot
    do {
      snapshot = try IndexSnapshot.open(
        fileSystem: fileSystem, directory: directory, manifest: manifest)
    } catch { throw .index(error) }
    return try open(snapshot)
  }

  private static func readManifest(
    _ directory: String, _ fileSystem: any FileSystem
  ) throws(SearchError) -> Manifest {
    do {
      return try Manifest.read(fileSystem: fileSystem, directory: directory)
    } catch {
      throw error.isMissingFile ? .noIndex(directory: directory) : .index(error)
    }
  }

  /// Whether nothing was committed since this searcher's state was: a look at the manifest.
  public func isCurrent() throws(SearchError) -> Bool {
    try Self.readManifest(directory, PosixFileSystem()).generation == manifest.generation
  }

  /// A searcher of the last commit: this one where nothing was committed since, else a new one.
  ///
  /// This one goes on answering from its own state. Errors: as ``open(directory:)``.
  public func reopened() throws(SearchError) -> Searcher {
    try isCurrent() ? self : try Self.open(directory: directory)
  }

  /// Searches a state of an index that a writer has at hand, committed or not.
  ///
  /// Throws ``SearchError/analyzerMismatch(directory:index:program:)`` as ``open(directory:)`` does.
  /// - Complexity: O(segments).
  public static func open(_ snapshot: IndexSnapshot) throws(SearchError) -> Searcher {
    Searcher(
      directory: snapshot.directory,
      identity: try checkedIdentity(snapshot.manifest, snapshot.directory),
      manifest: snapshot.manifest, segments: snapshot.segments)
  }

  private static func checkedIdentity(
    _ manifest: Manifest, _ directory: String
  ) throws(SearchError) -> AnalyzerIdentity {
    guard let stored = AnalyzerIdentity(encoded: manifest.analyzer) else {
      throw .analyzerMismatch(directory: directory, index: "unknown here", program: "")
    }
    let own: AnalyzerIdentity
    do { own = try Analyzer.identity(of: stored.language) } catch { throw .analysis(error) }
    guard own == stored else {
      throw .analyzerMismatch(
        directory: directory, index: stored.description, program: own.description)
    }
    return own
  }
}

// MARK: - Queries

extension Searcher {
  /// Answers a query with hits that are ready to show.
  ///
  /// Errors: a query or option that is refused, or a damaged index.
  public func search(
    _ query: Query, options: SearchOptions = SearchOptions()
  ) throws(SearchError) -> SearchResults {
    try inContext(query, options) { (weighted, context) throws(SearchError) in
      let answer = try run(weighted, options, context)
      var results = SearchResults(
        hits: [], total: answer.total, relation: answer.relation, rankDigest: 0)
      var digest = RankDigest()
      let presenter = HitPresenter(
        query: weighted.bound, weights: weighted.weights, analyzer: context.analyzer,
        options: options)
      for entry in answer.entries {
        do throws(FormatError) {
          let hit = try presenter.hit(entry, in: context.segments[Int(entry.segment)])
          digest.add(key: hit.key, score: hit.score)
          results.hits.append(hit)
        } catch { throw .index(error) }
      }
      results.rankDigest = digest.value
      return results
    }
  }

  /// Answers a query with keys and scores alone.
  ///
  /// Errors: as ``search(_:options:)``.
  public func rank(
    _ query: Query, options: SearchOptions = SearchOptions()
  ) throws(SearchError) -> RankedDocuments {
    try ranking(query, options: options).documents()
  }

  /// Answers a query with documents and scores alone: nothing is read about a document but what ranks it.
  ///
  /// Errors: as ``search(_:options:)``.
  public func ranking(
    _ query: Query, options: SearchOptions = SearchOptions()
  ) throws(SearchError) -> Ranking {
    try inContext(query, options) { (weighted, context) throws(SearchError) in
      Ranking(try run(weighted, options, context), context.segments)
    }
  }

  /// Counts the documents that match, exactly.
  ///
  /// Errors: as ``search(_:options:)``.
  public func count(
    _ query: Query, options: SearchOptions = SearchOptions()
  ) throws(SearchError) -> Int {
    var options = options
    // The title scores only: without it there is less to look up.
    options.titleWeight = 0
    return try inContext(query, options) { (weighted, context) throws(SearchError) in
      try count(weighted, context)
    }
  }

  /// The stored article with a key; nil when there is none.
  ///
  /// Without stored text (`IndexStatistics.storesText`) its body is empty.
  public func article(key: String) throws(SearchError) -> Article? {
    do throws(FormatError) {
      for segment in segments.reversed() {
        if let doc = try segment.liveDocument(withKey: key) {
          return try segment.stored.article(doc)
        }
      }
      return nil
    } catch { throw .index(error) }
  }

  func inContext<Answer>(
    _ query: Query, _ options: SearchOptions,
    _ body: (WeightedQuery, SearchContext) throws(SearchError) -> Answer
  ) throws(SearchError) -> Answer {
    if let problem = options.problem { throw .option(problem) }
    return try contexts.withContext(
      { (context) throws(SearchError) in
        let bound = try context.binder.bind(
          query, titleWeight: options.titleWeight, ignoresStopWords: options.ignoresStopWords)
        let weighted = try WeightedQuery(
          bound, segments: context.segments, statistics: collection, analyzer: context.analyzer,
          arena: context.queryArena)
        return try body(weighted, context)
      }, orElse: { .analysis($0) })
  }
}
