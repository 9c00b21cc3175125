import LedeCodecs
import LedeIndexing
import LedeSearching

extension IndexWriter {
  /// Deletes every article that matches a query, as a search over ``IndexWriter/snapshot()`` finds
  /// them, and returns how many they were.
  ///
  /// The next commit makes it visible, or ``IndexWriter/rollback()`` undoes it.
  ///
  /// - Throws: ``SearchError`` for a query that is refused, ``IndexingError`` for a writer that failed.
  @discardableResult
  public func delete(
    matching query: Query, options: SearchOptions = SearchOptions()
  ) throws -> Int {
    let searcher = try Searcher.open(try snapshot())
    let keys = try searcher.keys(matching: query, options: options)
    for key in keys { try delete(key: key) }
    return keys.count
  }
}
