/// Misuse of the readers that only shows at run time. What is wrong with the archive itself is
/// reported as a `Problem`, never thrown.
public enum ArticleError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A field mapping that is not of the form `field=name`.
  case invalidFieldMapping(String)
  /// A field mapping whose left side is no field of an article.
  case unknownField(String, known: [String])

  public var description: String {
    switch self {
    case .invalidFieldMapping(let text):
      "'\(text)' is no field mapping; write FIELD=NAME, for example title=headline"
    case .unknownField(let name, let known):
      "articles have no field '\(name)'; use one of \(known.joined(separator: ", "))"
    }
  }
}
