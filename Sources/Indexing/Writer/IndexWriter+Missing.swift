import LedeCodecs

/// Articles whose source has gone.
extension IndexWriter {
  /// Whether an article has the key.
  public func contains(key: String) throws(IndexingError) -> Bool {
    try checkUsable()
    return try failing { () throws(FormatError) in
      if let pending, pending.holds(key) { return true }
      for segment in segments.reversed() where try segment.liveDocument(withKey: key) != nil {
        return true
      }
      return false
    }
  }

  /// Deletes the articles of inputs that are gone, and forgets the inputs; returns how many articles
  /// they were.
  /// - Complexity: O(articles in the index).
  @discardableResult
  public func deleteInputs(
    _ keys: some Sequence<String>, in root: RootNumber
  ) throws(IndexingError) -> Int {
    let gone = Set(keys.compactMap { ledger[$0, in: root.value]?.number })
    guard !gone.isEmpty else { return 0 }
    let count = try deleteDocuments(below: Dictionary(gone.map { ($0, .max) }) { $1 })
    ledger.remove(gone)
    return count
  }

  /// Deletes the articles that inputs gave earlier and no longer did when they were read last;
  /// returns how many they were.
  ///
  /// Of inputs that were read to their end without refusing a record: one that could not be read may
  /// well be the one that is missed.
  /// - Complexity: O(articles in the index).
  @discardableResult
  public func deleteStale(
    inputs keys: some Sequence<String>, in root: RootNumber
  ) throws(IndexingError) -> Int {
    var first: [UInt64: UInt64] = [:]
    for key in keys {
      guard let input = ledger[key, in: root.value], input.state.contains(.complete),
        input.refusedCount == 0
      else { continue }
      first[input.number] = input.firstSequence
    }
    return try deleteDocuments(below: first)
  }

  /// Whether another input took an article's place of one of this input's since it was read.
  public func isOvertaken(_ key: String, in root: RootNumber) -> Bool {
    ledger[key, in: root.value]?.state.contains(.overtaken) ?? false
  }

  /// Deletes the documents of some inputs whose sequence numbers are below a bound, by the number of
  /// the input.
  private func deleteDocuments(below bounds: [UInt64: UInt64]) throws(IndexingError) -> Int {
    guard !bounds.isEmpty else { return 0 }
    try checkUsable()
    return try failing { () throws(FormatError) in
      try flush()
      var count = 0
      for index in segments.indices {
        let reader = segments[index].reader
        for doc in 0..<UInt32(reader.docCount) where segments[index].live[doc] {
          guard let bound = bounds[reader.input(of: doc)], reader.sequence(of: doc) < bound else {
            continue
          }
          segments[index].delete(doc)
          count += 1
        }
      }
      changes.deleted += count
      return count
    }
  }
}
