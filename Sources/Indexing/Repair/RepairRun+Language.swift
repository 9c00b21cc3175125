import LedeAnalysis
import LedeCodecs

/// The language of an index whose manifest is lost, found by deriving its terms in each.
extension RepairRun {
  /// The analyzer of the language asked for, or of the one that the texts tell.
  func identity() throws(RepairFailure) -> AnalyzerIdentity {
    let language: Language
    if let named = options.language { language = named } else { language = try toldLanguage() }
    report.language = language
    do throws(AnalysisError) {
      return try Analyzer.identity(of: language)
    } catch { throw .indexing(.analysis(error)) }
  }

  /// The language in which the texts give the terms of the index.
  ///
  /// Few texts fit several, as words that need no stemming fit all. Then English is taken, the
  /// default of every writer, or none, which leaves what is there as it is. Of the others one must
  /// be alone: a wrong guess would stem whatever comes next otherwise, and find less.
  private func toldLanguage() throws(RepairFailure) -> Language {
    for language in [Language.english, .none] where try agrees(language) { return language }
    var fitting: [Language] = []
    for language in Language.all where language != .english && language != .none {
      if try agrees(language) { fitting.append(language) }
    }
    guard let only = fitting.first, fitting.count == 1 else {
      throw .indexing(.unknownLanguage(directory: directory, fitting: fitting.map(\.code)))
    }
    return only
  }

  private func agrees(_ language: Language) throws(RepairFailure) -> Bool {
    let readers = parts.compactMap { $0.reader ?? $0.salvaged?.reader }
    guard let reader = readers.first(where: \.meta.storesText) else { return false }
    let analyzer: Analyzer
    do throws(AnalysisError) {
      analyzer = try Analyzer(language: language)
    } catch { throw .indexing(.analysis(error)) }
    var hasDifference = false
    var check = DeepSegmentCheck(reader, analyzer, memoryBudget: 64 << 20) { found in
      // A class is no document's own, and a document may be damaged.
      if found.doc == nil { hasDifference = true }
    }
    check.knowsLive = false
    check.run(limit: 200)
    return !hasDifference
  }
}
