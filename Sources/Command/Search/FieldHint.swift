import Lede

/// Notices `titel:word`: the engine reads an unknown field as text, so a slip would find nothing.
package enum FieldHint {
  /// A suggestion for the first word of a query that looks like a misspelt field.
  package static func text(for query: String) -> String? {
    for word in query.split(separator: " ") {
      let bare = word.drop { $0 == "+" || $0 == "-" }
      guard let colon = bare.firstIndex(of: ":") else { continue }
      let name = String(bare[..<colon])
      let names = Field.allCases.map(\.name)
      if name == "body" {
        return "'body' cannot be searched alone, so '\(bare)' was searched as text. Try "
          + "text\(bare[colon...]), which has the title and the body."
      }
      guard !names.contains(name), let meant = Suggestion.nearest(to: name, among: names) else {
        continue
      }
      return "'\(name)' is no field, so '\(bare)' was searched as text. Did you mean "
        + "\(meant)\(bare[colon...])?"
    }
    return nil
  }
}
