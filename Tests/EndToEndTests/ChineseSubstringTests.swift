import Foundation
import Lede
import TestSupport
import Testing

/// Any substring of a run of Han characters is found, exactly where a plain scan finds it.
@Suite struct ChineseSubstringTests {
  private static let file = "data/news/thenewstack_zh_2500.jsonl.gz"
  private static let queries = 1200

  @Test(.needsShared(file), arguments: testSeeds(20_261))
  func hitsEqualASubstringScan(seed: UInt64) throws {
    let scratch = try TemporaryDirectory()
    let index = scratch.file("index")
    let indexed = try LedeBinary.run(
      "index", try SharedData.path(Self.file), "--index", index, "--quiet")
    #expect(indexed.status == 0, "\(indexed.errorText)")
    let haystack = try Haystack(lines: try SharedData.lines(of: Self.file))
    let searcher = try Searcher.open(directory: index)
    var random = SplitMix64(seed: seed)
    var options = SearchOptions(limit: SearchOptions.maxWindow)
    options.countsExactly = true
    options.snippets = false
    for _ in 0..<Self.queries {
      let needle = haystack.randomSubstring(length: 1 + random.below(6), using: &random)
      let expected = haystack.keys(containing: needle)
      let ranked = try searcher.rank(try QueryParser.parse(needle), options: options)
      #expect(Set(ranked.hits.map(\.key)) == expected, "seed \(seed): \(needle)")
      #expect(ranked.total == expected.count && ranked.relation == .equal)
      #expect(try searcher.count(try QueryParser.parse(needle)) == expected.count)
      #expect(!expected.isEmpty)
    }
  }
}

/// All articles as one normalised byte string, with the place where each begins.
private struct Haystack {
  private var bytes: [UInt8] = []
  private var starts: [Int] = []
  private var ids: [String] = []
  /// Stretches of unified Han characters, as scalars.
  private var runs: [[Unicode.Scalar]] = []

  init(lines: [String]) throws {
    for line in lines {
      let value = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let article = try #require(value)
      starts.append(bytes.count)
      ids.append(try #require(article["id"] as? String))
      for name in ["title", "body"] {
        let text = Self.normalised(article[name] as? String ?? "")
        bytes.append(contentsOf: text.utf8.lazy.filter { $0 != 0 })
        bytes.append(UInt8(ascii: "\n"))
        addRuns(of: text)
      }
    }
    bytes.append(0)
  }

  /// Compatibility composition, without the variation selectors that folding drops.
  private static func normalised(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.precomposedStringWithCompatibilityMapping.unicodeScalars
    where !scalar.properties.isDefaultIgnorableCodePoint {
      scalars.append(scalar)
    }
    return String(scalars)
  }

  private mutating func addRuns(of text: String) {
    var run: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars {
      if (0x4E00...0x9FFF).contains(scalar.value) {
        run.append(scalar)
      } else if !run.isEmpty {
        runs.append(run)
        run = []
      }
    }
    if !run.isEmpty { runs.append(run) }
  }

  func randomSubstring(length: Int, using random: inout SplitMix64) -> String {
    while true {
      let run = runs[random.below(runs.count)]
      guard run.count >= length else { continue }
      let start = random.below(run.count - length + 1)
      var text = String.UnicodeScalarView()
      text.append(contentsOf: run[start..<start + length])
      return String(text)
    }
  }

  func keys(containing needle: String) -> Set<String> {
    var found: Set<String> = []
    bytes.withUnsafeBufferPointer { haystack in
      guard let base = UnsafeRawPointer(haystack.baseAddress)?.assumingMemoryBound(to: CChar.self)
      else { return }
      // Safe: the haystack ends in a zero byte and holds no other.
      var next = base
      while let hit = strstr(next, needle) {
        // The last article that starts at or before the hit; the rest of it needs no look.
        let article = starts.partitionPoint { $0 > hit - UnsafeMutablePointer(mutating: base) } - 1
        found.insert(ids[article])
        guard article + 1 < starts.count else { break }
        next = base + starts[article + 1]
      }
    }
    return found
  }
}

extension [Int] {
  /// Index of the first element of a sorted array for which the predicate holds.
  fileprivate func partitionPoint(_ predicate: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
