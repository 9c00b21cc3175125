import LedeCodecs
import LedeModel
import Testing

/// Expects an index to hold exactly what the model says, and to verify.
func expect(
  _ directory: String, equals model: ModelIndex, storesText: Bool = true, _ comment: Comment
) throws {
  try expect(directory, equalsButFiles: model, storesText: storesText, comment)
  try expectVerified(directory, comment)
}

/// The same where a merge is at work, whose files no manifest names yet.
func expect(
  _ directory: String, equalsButFiles model: ModelIndex, storesText: Bool = true,
  _ comment: Comment
) throws {
  let index = try DecodedIndex(directory)
  #expect(try index.liveKeys() == model.order, comment)
  #expect(index.segments.reduce(0) { $0 + $1.liveCount } == model.order.count, comment)
  for field in Field.allCases { try expect(index, field, equals: model, comment) }
  for (key, article) in model.articles {
    let stored = try index.article(key)
    if storesText {
      #expect(stored == article, comment)
    } else {
      #expect(stored?.title == article.title && stored?.body == "", comment)
    }
  }
}

/// Expects verification to find neither damage nor files that belong to nothing.
func expectVerified(_ directory: String, _ comment: Comment) throws {
  var findings: [String] = []
  _ = try IndexVerifier.verify(directory: directory) { findings.append($0.description) }
  #expect(findings == [], comment)
}

private func expect(
  _ index: DecodedIndex, _ field: Field, equals model: ModelIndex, _ comment: Comment
) throws {
  let expected = model.field(field)
  #expect(try index.lengths(field) == expected.lengths, comment)
  #expect(
    index.sumLength(field) == expected.lengths.values.reduce(0) { $0 + UInt64($1) }, comment)
  let surfaces = try index.surfaces(field)
  #expect(Set(surfaces.keys) == Set(expected.surfaces.keys), comment)
  #expect(surfaces == expected.surfaces, comment)
  let hasDead = index.segments.contains { $0.live != nil }
  for (key, positions) in expected.surfaces {
    let statistics = try index.surfaceStatistics(key, field)
    #expect(statistics.docFreq == positions.count, comment)
    if !hasDead {
      #expect(statistics.totalTermFreq == positions.values.reduce(0) { $0 + $1.count }, comment)
    }
  }
  for (key, freqs) in expected.classes {
    let isOwnClass = model.stemClass(key) == key
    #expect(
      try index.classPostings(key, field, isOwnClass: isOwnClass) == freqs, comment)
    #expect(
      try index.classDocFreq(key, field, isOwnClass: isOwnClass) == freqs.count, comment)
  }
  for (fold, words) in expected.folds {
    // Segments keep surfaces that only dead documents hold.
    let found = try index.surfaces(foldingTo: fold, field)
      .filter { expected.surfaces[$0] != nil }
    #expect(found == words, comment)
  }
}
