import Foundation
import LedeArticles
import LedeModel
import TestSupport
import Testing

/// Whatever bytes come, reading ends, nothing traps, and the counts add up.
@Suite struct JSONFuzzTests {
  private static let records = [
    #"{"id":"1","title":"A \"quoted\" title","body":"Text\nand \u4e2d\u6587 \ud83d\ude00","date":"2020-07-01"}"#,
    #"{"id":2,"headline":"H","content":["a","b"],"author":[{"name":"N"}],"published_at":1593583680}"#,
    #"{"_id":{"$oid":"5f"},"title":"t","source":{"id":null,"name":"S"},"x":[[1,2.5e-3],{"y":false}]}"#,
  ]

  @Test(arguments: testSeeds(11, 12)) func mutatedRecords(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    try withFolder { folder in
      for round in 0..<60 {
        var bytes: [UInt8] = []
        for _ in 0..<50 {
          var line = Array(Self.records[random.below(Self.records.count)].utf8)
          for _ in 0..<random.below(4) { mutate(&line, &random) }
          bytes += line + [0x0A]
        }
        let reading = Reading(try folder.write(bytes, to: "fuzz.jsonl"))
        #expect(reading.isConsistent, "seed \(seed), round \(round)")
        #expect(reading.articles.count > 5, "seed \(seed), round \(round)")
        for article in reading.articles {
          #expect(!article.key.isEmpty, "seed \(seed), round \(round)")
        }
      }
    }
  }

  private func mutate(_ line: inout [UInt8], _ random: inout SplitMix64) {
    guard !line.isEmpty else { return }
    let place = random.below(line.count)
    switch random.below(5) {
    case 0: line.remove(at: place)
    case 1: line[place] = UInt8(truncatingIfNeeded: random.next())
    case 2: line.insert(Array("{}[]\",:\\ 0tn".utf8)[random.below(12)], at: place)
    case 3: line.removeSubrange(place..<min(line.count, place + random.below(20)))
    default:
      let end = min(line.count, place + random.below(20))
      line.insert(contentsOf: Array(line[place..<end]), at: random.below(line.count))
    }
  }

  @Test(arguments: testSeeds(13, 14)) func randomBytes(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    try withFolder { folder in
      for round in 0..<120 {
        let alphabet = round % 3
        let bytes = (0..<random.below(4000)).map { _ -> UInt8 in
          switch alphabet {
          case 0: UInt8(truncatingIfNeeded: random.next())
          case 1: Array("{}[]\",:\\u0tn \n".utf8)[random.below(14)]
          default: UInt8(0x20 + random.below(0xE0))
          }
        }
        for name in ["fuzz.jsonl", "fuzz.txt", "fuzz.jsonl.gz", "fuzz"] {
          let reading = Reading(try folder.write(bytes, to: name))
          #expect(reading.isConsistent, "seed \(seed), round \(round), \(name)")
        }
      }
    }
  }

  /// Cutting a file anywhere loses at most the record that was cut.
  @Test func everyTruncation() throws {
    let whole = Array((Self.records.joined(separator: "\n") + "\n").utf8)
    var ends: [Int] = []
    var length = 0
    for record in Self.records {
      length += record.utf8.count
      ends.append(length)
      length += 1
    }
    try withFolder { folder in
      for length in 0...whole.count {
        let reading = Reading(try folder.write(whole[..<length], to: "cut.jsonl"))
        #expect(reading.isConsistent, "\(length)")
        #expect(reading.articles.count == ends.filter { $0 <= length }.count, "\(length)")
      }
    }
  }
}

/// Against an independent parser: the strings that come out are those that went in.
@Suite struct JSONOracleTests {
  @Test(arguments: testSeeds(15, 16)) func stringsSurvive(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    try withFolder { folder in
      var lines: [UInt8] = []
      var records: [[String: String]] = []
      for number in 0..<300 {
        let record = ["title": text(&random), "body": text(&random), "id": "r\(number)"]
        records.append(record)
        var object: [String: Any] = record
        object["nested"] = ["a": [1, 2.5, NSNull(), ["b": text(&random)]], "c": true]
        let options: JSONSerialization.WritingOptions =
          random.chance(0.5) ? [.sortedKeys] : [.withoutEscapingSlashes]
        lines += try JSONSerialization.data(withJSONObject: object, options: options) + [0x0A]
      }
      let reading = Reading(try folder.write(lines, to: "a.jsonl"))
      #expect(reading.articles.count == records.count, "seed \(seed)")
      for (article, record) in zip(reading.articles, records) {
        #expect(article.key == record["id"], "seed \(seed)")
        #expect(article.title == record["title"], "seed \(seed)")
        #expect(article.body == record["body"], "seed \(seed)")
      }
    }
  }

  /// Between letters, so that trimming has nothing to do.
  private func text(_ random: inout SplitMix64) -> String {
    var text = "a"
    for _ in 0..<random.below(60) {
      let scalar: UInt32 =
        switch random.below(5) {
        case 0: UInt32(random.below(0x20))
        case 1: UInt32(0x80 + random.below(0x700))
        case 2: UInt32(0x4E00 + random.below(0x5000))
        case 3: UInt32(0x1F300 + random.below(0x300))
        default: UInt32(0x20 + random.below(0x5F))
        }
      if let scalar = Unicode.Scalar(scalar) { text.unicodeScalars.append(scalar) }
    }
    return text + "z"
  }
}
