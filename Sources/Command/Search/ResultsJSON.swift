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
      writer.member("version", version)
      if let query {
        writer.member("query_id", query.id)
        writer.member("query", query.text)
      }
      writer.member("total", results.total)
      writer.member("relation", results.relation.rawValue)
      writer.member("took_ms", (milliseconds * 1000).rounded() / 1000)
      writer.member("rank_digest", hexadecimal(results.rankDigest))
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
      writer.member("id", hit.key)
      writer.member("score", hit.score)
      writer.member("title", hit.title)
      writer.member("date", hit.date?.iso8601)
      writer.member("source", hit.source)
      writer.member("url", hit.url)
      writer.member("snippet", hit.snippet)
      writer.key("matches")
      writer.array(hit.matches) { writer, match in write(match, into: &writer) }
    }
  }

  /// Byte ranges: in the stored field, and in the snippet where the match lies in it.
  private static func write(_ match: Match, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("field", match.field.rawValue)
      writer.member("start", match.start)
      writer.member("end", match.end)
      writer.member("snippet_start", match.snippetStart)
      writer.member("snippet_end", match.snippetEnd)
    }
  }
}
