import LedeAnalysis
import LedeCodecs

/// Why a search, or the opening of an index, failed; the description carries the remedy.
public enum SearchError: Error, CustomStringConvertible {
  /// The query breaks a rule or a limit.
  case query(QueryError)
  /// An option is out of its range.
  case option(String)
  /// There is no index in the folder.
  case noIndex(directory: String)
  /// The index was built by another analyzer: its terms would not match those of queries.
  case analyzerMismatch(directory: String, index: String, program: String)
  /// The analyzer of the index's language cannot be made.
  case analysis(AnalysisError)
  /// A file of the index is damaged, of another version, or cannot be read.
  case index(FormatError)

  public var description: String {
    switch self {
    case .query(let error): error.description
    case .option(let problem): "unusable option: \(problem)"
    case .noIndex(let directory):
      "there is no index in \(directory): build one with lede index, or name another folder"
    case .analyzerMismatch(let directory, let index, let program):
      "the index in \(directory) was built by another analyzer (\(index)) than this program's"
        + (program.isEmpty ? "" : " (\(program))") + ": build the index again with this program, "
        + "or search it with the one that built it"
    case .analysis(let error): error.description
    case .index(let error): error.description
    }
  }
}
