/// Why a query cannot be run; the description says what to do instead.
public enum QueryError: Error, Sendable, Equatable, CustomStringConvertible {
  case tooLong(bytes: Int)
  case tooManyClauses(Int)
  case tooDeep
  case unclosedQuote(offset: Int)
  /// `title:` or a sign with nothing behind it.
  case missingWord(after: String, offset: Int)
  case empty
  /// Nothing but punctuation: no token is left after analysis.
  case nothingToSearch
  case onlyNegative
  case invalidBoost(Float)

  public var description: String {
    switch self {
    case .tooLong(let bytes):
      "query of \(bytes) bytes: at most \(QueryLimits.bytes) are accepted; shorten it"
    case .tooManyClauses(let count):
      "query of \(count) clauses: at most \(QueryLimits.clauses) are accepted; leave some out"
    case .tooDeep:
      "query nested deeper than \(QueryLimits.depth) levels: flatten it"
    case .unclosedQuote(let offset):
      "the quote at byte \(offset) of the query is never closed: add a \" after the phrase, "
        + "or leave the quote out"
    case .missingWord(let prefix, let offset):
      "nothing follows '\(prefix)' at byte \(offset) of the query: put a word or a \"phrase\" "
        + "directly behind it"
    case .empty:
      "empty query: give at least one word"
    case .nothingToSearch:
      "nothing to search for: the query holds only punctuation; give at least one word or number"
    case .onlyNegative:
      "the query only says what must not occur: add a word that should or must occur"
    case .invalidBoost(let boost):
      "boost \(boost): give a number from 0 to 1000000"
    }
  }
}
