import Foundation
import Lede
import TestSupport

/// The committed archive and what the reference in Tests/Reference expects of it.
enum GoldenArchive {
  struct Record: Decodable {
    var id: String
    var title: String
    var body: String
  }

  /// One line of expected.jsonl: a query's answer, or at the end the digest over all of them.
  struct Expected: Decodable {
    var query: String?
    var count: Int?
    /// Key and score bits (eight hexadecimal digits) of the first ten hits.
    var top: [[String]]?
    var rankDigest: String?
    var k: Int?

    enum CodingKeys: String, CodingKey {
      case query, count, top, k
      case rankDigest = "rank_digest"
    }
  }

  static func articles() throws -> [Article] {
    try lines(of: "archive.jsonl", as: Record.self).map {
      Article(key: $0.id, title: $0.title, body: $0.body)
    }
  }

  static func expected() throws -> [Expected] {
    try lines(of: "expected.jsonl", as: Expected.self)
  }

  private static func lines<Line: Decodable>(of name: String, as type: Line.Type) throws -> [Line] {
    let url = URL(fileURLWithPath: Repository.root)
      .appendingPathComponent("Tests/ReferenceTests/Fixtures/\(name)")
    let decoder = JSONDecoder()
    return try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")).map {
      try decoder.decode(type, from: $0)
    }
  }

  /// Indexes the archive, with a commit after each of the given numbers of articles.
  static func build(in directory: String, commitEvery interval: Int) throws {
    let writer = try IndexWriter(directory: directory, options: IndexWriterOptions())
    for (number, article) in try articles().enumerated() {
      _ = try writer.add(article)
      if (number + 1) % interval == 0 { _ = try writer.commit() }
    }
    _ = try writer.commit()
  }
}
