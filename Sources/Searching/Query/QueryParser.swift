import LedeModel

/// Reads the query syntax of people.
///
///     query  := clause { white clause }
///     clause := ["+" | "-"] [("text" | "title") ":"] (word | '"' phrase '"')
///
/// A clause without sign should occur, `+` must, `-` must not. A sign or quote inside a word is part
/// of the text, as is a colon after anything but a field's name; a quote inside a word ends it.
public enum QueryParser {
  /// Parses a text into a flat tree.
  ///
  /// Errors: every case of ``QueryError`` but those that need the analyzer.
  /// - Complexity: O(length), with one level of nesting whatever the input.
  public static func parse(_ text: String) throws(QueryError) -> Query {
    let length = text.utf8.count
    guard length <= QueryLimits.bytes else { throw .tooLong(bytes: length) }
    var scanner = QueryScanner(text)
    var should: [Query] = []
    var must: [Query] = []
    var mustNot: [Query] = []
    var count = 0
    while let clause = try scanner.nextClause() {
      count += 1
      switch clause.sign {
      case .none: should.append(clause.query)
      case .plus: must.append(clause.query)
      case .minus: mustNot.append(clause.query)
      }
    }
    guard count <= QueryLimits.clauses else { throw .tooManyClauses(count) }
    guard count > 0 else { throw .empty }
    guard should.count + must.count > 0 else { throw .onlyNegative }
    return .boolean(should: should, must: must, mustNot: mustNot)
  }
}

/// Cuts a query text into signed clauses.
private struct QueryScanner {
  enum Sign { case none, plus, minus }

  private let scalars: String.UnicodeScalarView
  private var index: String.UnicodeScalarView.Index

  init(_ text: String) {
    scalars = text.unicodeScalars
    index = scalars.startIndex
  }

  private var current: Unicode.Scalar? {
    index < scalars.endIndex ? scalars[index] : nil
  }

  private var offset: Int { scalars.utf8Offset(of: index) }

  mutating func nextClause() throws(QueryError) -> (sign: Sign, query: Query)? {
    skipWhitespace()
    guard current != nil else { return nil }
    let sign = takeSign()
    let field = try takeField()
    if current == "\"" { return (sign, .phrase(try takeQuoted(), field: field)) }
    return (sign, .word(takeWord(), field: field))
  }

  private mutating func skipWhitespace() {
    while let scalar = current, scalar.properties.isWhitespace { advance() }
  }

  private mutating func advance() { index = scalars.index(after: index) }

  /// A `+` or `-` with something behind it; alone it is a word, which analyses to nothing.
  private mutating func takeSign() -> Sign {
    let sign: Sign
    switch current {
    case "+": sign = .plus
    case "-": sign = .minus
    default: return .none
    }
    let next = scalars.index(after: index)
    guard next < scalars.endIndex, !scalars[next].properties.isWhitespace else { return .none }
    index = next
    return sign
  }

  private mutating func takeField() throws(QueryError) -> Field? {
    let start = offset
    for field in Field.allCases {
      var end = index
      for letter in field.name.unicodeScalars {
        guard end < scalars.endIndex, scalars[end] == letter else { break }
        end = scalars.index(after: end)
      }
      guard scalars[index..<end].elementsEqual(field.name.unicodeScalars),
        end < scalars.endIndex, scalars[end] == ":"
      else { continue }
      index = scalars.index(after: end)
      guard let first = current, !first.properties.isWhitespace else {
        throw .missingWord(after: field.name + ":", offset: start)
      }
      return field
    }
    return nil
  }

  private mutating func takeQuoted() throws(QueryError) -> String {
    let opening = offset
    advance()
    let start = index
    while let scalar = current, scalar != "\"" { advance() }
    guard current != nil else { throw .unclosedQuote(offset: opening) }
    defer { advance() }
    return String(scalars[start..<index])
  }

  private mutating func takeWord() -> String {
    let start = index
    while let scalar = current, !scalar.properties.isWhitespace, scalar != "\"" { advance() }
    return String(scalars[start..<index])
  }
}

extension String.UnicodeScalarView {
  fileprivate func utf8Offset(of index: Index) -> Int {
    String(self).utf8.distance(from: startIndex, to: index)
  }
}
