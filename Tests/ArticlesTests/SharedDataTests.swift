import LedeArticles
import LedeModel
import TestSupport
import Testing

/// Real archives that no one here wrote, read to exact counts.
@Suite struct SharedDataTests {
  @Test(
    .needsShared(
      "data/news/giveme5w1h_en.jsonl.gz", "data/news/bbc_2004_2005.jsonl.gz",
      "data/news/thenewstack_zh_2500.jsonl.gz"),
    arguments: [
      ("data/news/giveme5w1h_en.jsonl.gz", 567, 529),
      ("data/news/bbc_2004_2005.jsonl.gz", 2225, 2225),
      ("data/news/thenewstack_zh_2500.jsonl.gz", 2500, 2500),
    ])
  func news(path: String, records: Int, keys: Int) throws {
    let reading = Reading(try SharedData.path(path))
    #expect(reading.articles.count == records)
    #expect(Set(reading.keys).count == keys)
    #expect(reading.report.records.refused == 0)
    #expect(reading.report.errors == 0)
    #expect(reading.isConsistent)
    if path.contains("giveme5w1h") {
      // Five dates are empty, and one says None.
      #expect(reading.report.withoutDate == 6)
      #expect(reading.kinds == [.unreadableDate])
    }
    if path.contains("_zh") { #expect(reading.articles.allSatisfy { $0.language != nil }) }
  }

  @Test(.needsShared("data/ir/cacm/corpus.jsonl.gz", "data/ir/time/corpus.jsonl.gz"))
  func judgedCollections() throws {
    let counts = [
      ("adi", 82), ("cacm", 3204), ("cisi", 1460), ("cranfield", 1400), ("medline", 1033),
      ("npl", 11_429), ("time", 423),
    ]
    for (name, count) in counts {
      let reading = Reading(try SharedData.path("data/ir/\(name)/corpus.jsonl.gz"))
      #expect(reading.articles.count == count, "\(name)")
      #expect(reading.isConsistent, "\(name)")
      #expect(reading.report.records.refused == 0, "\(name)")
    }
  }

  @Test(.needsShared("data/wiki/wikipedia_en_even.jsonl.xz"))
  func wikipedia() throws {
    let folder = try TemporaryDirectory("lede-wiki")
    let packed = try SharedData.path("data/wiki/wikipedia_en_even.jsonl.xz")
    let path = folder.file("wiki.jsonl")
    let unpacking = try Subprocess.run("/bin/sh", ["-c", "xz -dc '\(packed)' > '\(path)'"])
    try #require(unpacking.status == 0)
    let reader = ArchiveReader(paths: [path])
    var articles = 0
    var empty = 0
    while let event = reader.next() {
      switch event {
      case .began, .resumed, .checkpoint: break
      case .article(let article):
        articles += 1
        if article.key.isEmpty || article.body.isEmpty { empty += 1 }
      case .problem(let problem): Issue.record("\(problem)")
      case .input(let input): #expect(input.outcome == .read)
      }
    }
    #expect(articles == 31_742)
    #expect(empty == 0)
    #expect(reader.report.bytesDecoded == 305_027_336)
    #expect(reader.report.addsUp)
    withExtendedLifetime(folder) {}
  }
}
