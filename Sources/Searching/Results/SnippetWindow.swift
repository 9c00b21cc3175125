/// Chooses which matches a snippet shows.
enum SnippetWindow {
  /// UTF-8 range of the span of matches that is worth most among those of at most `length` scalars.
  ///
  /// Worth is the sum of the weights of the distinct clauses shown, then how many matches there are,
  /// then coming first. Without a match it is the empty range at the start.
  static func best(
    in text: String, _ matches: [TextMatch], _ weights: [Float], length: Int
  ) -> Range<Int> {
    guard !matches.isEmpty else { return 0..<0 }
    let scalars = scalarOffsets(of: matches, in: text)
    var shown = [Int](repeating: 0, count: weights.count)
    var best = (worth: -1.0, range: 0..<0)
    var worth = 0.0
    var end = 0
    for start in matches.indices {
      while end < matches.count,
        end == start || scalars[end].upperBound - scalars[start].lowerBound <= length
      {
        for clause in matches[end].clauses {
          if shown[clause] == 0 { worth += Double(weights[clause]) }
          shown[clause] += 1
        }
        end += 1
      }
      let total = worth + 1e-3 * Double(min(end - start, 100))
      if total > best.worth + 1e-9 {
        best = (total, matches[start].range.lowerBound..<matches[end - 1].range.upperBound)
      }
      for clause in matches[start].clauses {
        shown[clause] -= 1
        if shown[clause] == 0 { worth -= Double(weights[clause]) }
      }
    }
    return best.range
  }

  /// Each match's range counted in scalars, in one pass over the text.
  private static func scalarOffsets(of matches: [TextMatch], in text: String) -> [Range<Int>] {
    var result: [Range<Int>] = []
    result.reserveCapacity(matches.count)
    var text = text
    text.withUTF8 { bytes in
      var at = 0
      var count = 0
      func advance(to offset: Int) -> Int {
        while at < min(offset, bytes.count) {
          if bytes[at] & 0xc0 != 0x80 { count += 1 }
          at += 1
        }
        return count
      }
      for match in matches {
        let start = advance(to: match.range.lowerBound)
        result.append(start..<advance(to: match.range.upperBound))
      }
    }
    return result
  }
}
