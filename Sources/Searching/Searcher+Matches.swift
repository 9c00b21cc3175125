import LedeCodecs

extension Searcher {
  /// Keys of all documents that match, in the order in which they were added.
  ///
  /// Exactly those that ``count(_:options:)`` counts, however many they are. Errors: as
  /// ``search(_:options:)``.
  /// - Complexity: the time of a search that scores every match, and memory for all of them.
  public func keys(
    matching query: Query, options: SearchOptions = SearchOptions()
  ) throws(SearchError) -> [String] {
    var options = options
    // The title scores only, and nobody asks for scores.
    options.titleWeight = 0
    options.offset = 0
    options.strategy = .pruned
    return try inContext(query, options) { (weighted, context) throws(SearchError) in
      var all = options
      all.limit = try count(weighted, context)
      guard all.limit > 0 else { return [] }
      let matches = try run(weighted, all, context).entries.sorted { $0.sequence < $1.sequence }
      do throws(FormatError) {
        var keys: [String] = []
        keys.reserveCapacity(matches.count)
        for match in matches {
          keys.append(try context.segments[Int(match.segment)].keys.key(of: match.doc))
        }
        return keys
      } catch { throw .index(error) }
    }
  }
}
