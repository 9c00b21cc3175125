import LedeAnalysis
import LedeCodecs
import LedeModel

/// Reads what a hit shows from the stored article.
struct HitPresenter {
  private let matcher: TextMatcher
  private let weights: [Float]
  private let options: SearchOptions

  init(query: BoundQuery, weights: [Float], analyzer: Analyzer, options: SearchOptions) {
    matcher = TextMatcher(query, analyzer: analyzer)
    self.weights = weights
    self.options = options
  }

  /// Bytes of a body in which matches are looked for: an article may have 64 MiB, and its tokens take
  /// a multiple of that.
  static let searchedBytes = 1 << 20

  private static func head(of body: String) -> String {
    guard body.utf8.count > searchedBytes else { return body }
    // A scalar has at most four bytes: one of these ends does not cut one.
    for end in stride(from: searchedBytes, to: searchedBytes - 4, by: -1) {
      if let head = String(body.utf8.prefix(end)) { return head }
    }
    return ""
  }

  func hit(_ entry: RankedEntry, in segment: SegmentReader) throws(FormatError) -> Hit {
    let article = try segment.stored.article(entry.doc)
    var hit = Hit(
      key: try segment.keys.key(of: entry.doc), score: entry.score, title: article.title,
      date: article.date, source: article.source, url: article.url, snippet: nil, matches: [])
    guard options.snippets else { return hit }
    let inTitle = matcher.matches(in: article.title, field: .title)
    hit.matches = inTitle.map { Match($0, .title) }
    guard segment.meta.storesText else { return hit }
    let isTitleShown = article.body.isEmpty
    let text = isTitleShown ? article.title : Self.head(of: article.body)
    let found = isTitleShown ? inTitle : matcher.matches(in: text, field: .text)
    let snippet = Snippet(
      of: text, matches: found, weights: weights, length: options.snippetLength)
    hit.snippet = snippet.text
    for place in snippet.places {
      if isTitleShown {
        hit.matches[place.match].snippetStart = place.range.lowerBound
        hit.matches[place.match].snippetEnd = place.range.upperBound
      } else {
        hit.matches.append(Match(found[place.match], .body, in: place.range))
      }
    }
    return hit
  }
}

extension Match {
  fileprivate init(_ match: TextMatch, _ field: Place, in snippet: Range<Int>? = nil) {
    self.init(
      field: field, start: match.range.lowerBound, end: match.range.upperBound,
      snippetStart: snippet?.lowerBound, snippetEnd: snippet?.upperBound)
  }
}
