/// Why an analyzer could not be made.
public enum AnalysisError: Error, Equatable, CustomStringConvertible {
  /// The installed libstemmer has no stemmer of this name.
  case stemmerMissing(language: String)
  /// ICU could not load its data or ran out of memory.
  case unicodeUnavailable(icuVersion: String)

  public var description: String {
    switch self {
    case .stemmerMissing(let language):
      "libstemmer has no stemmer for '\(language)': install a libstemmer that has one, "
        + "or index with another --language (none works always)"
    case .unicodeUnavailable(let version):
      "ICU \(version) could not load its word rules or normalisation data: "
        + "reinstall libicu, or free some memory"
    }
  }
}
