import Lede

/// The machine-readable answer. Its schema is versioned: fields may be added under version 1, none
/// will change or go.
enum ResultsJSON {
  static let version = 1

  /// One object on one line; `query` and `id` are there when several queries were run.
  static func text(of results: SearchResults, milliseconds: Double, query: QueryLine? = nil)
    -> String
  {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("version")
      writer.number(version)
      if let query {
        writer.key("query_id")
        writer.string(query.id)
        writer.key("query")
        writer.string(query.text)
      }
      writer.key("total")
      writer.number(results.total)
      writer.key("relation")
      writer.string(results.relation.rawValue)
      writer.key("took_ms")
      writer.number((milliseconds * 1000).rounded() / 1000)
      writer.key("rank_digest")
      writer.string(hexadecimal(results.rankDigest))
      writer.key("hits")
      writer.array(results.hits) { writer, hit in write(hit, into: &writer) }
    }
    return writer.text
  }

  /// One hit as a line of JSON Lines.
  static func line(of hit: Hit) -> String {
    var writer = JSONWriter()
    write(hit, into: &writer)
    return writer.text
  }

  private static func write(_ hit: Hit, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("id")
      writer.string(hit.key)
      writer.key("score")
      writer.number(hit.score)
      writer.key("title")
      writer.string(hit.title)
      writer.key("date")
      writer.string(hit.date?.iso8601)
      writer.key("source")
      writer.string(hit.source)
      writer.key("url")
      writer.string(hit.url)
      writer.key("snippet")
      writer.string(hit.snippet)
      writer.key("matches")
      writer.array(hit.matches) { writer, match in write(match, into: &writer) }
    }
  }

  /// Byte ranges: in the stored field, and in the snippet where the match lies in it.
  private static func write(_ match: Match, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.key("field")
      writer.string(match.field.rawValue)
      writer.key("start")
      writer.number(match.start)
      writer.key("end")
      writer.number(match.end)
      writer.key("snippet_start")
      if let start = match.snippetStart { writer.number(start) } else { writer.null() }
      writer.key("snippet_end")
      if let end = match.snippetEnd { writer.number(end) } else { writer.null() }
    }
  }
}
