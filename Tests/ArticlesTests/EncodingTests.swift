import LedeArticles
import LedeModel
import TestSupport
import Testing

@Suite struct EncodingTests {
  private let text = "Über Größe\n1. März 2020\nQuelle: Blatt\n\nGrün, 中文, 😀 und “Zitat”.\n"
  private let json = #"{"id":"ä","title":"Größe","body":"中文 😀"}"# + "\n"

  private func read(_ bytes: [UInt8], _ name: String) throws -> Reading {
    try withFolder { folder in
      let reading = Reading(try folder.write(bytes, to: name))
      #expect(reading.isConsistent)
      return reading
    }
  }

  private func check(_ reading: Reading, _ encoding: TextEncoding) {
    #expect(reading.problems.isEmpty)
    #expect(reading.inputs.first?.encoding == encoding)
    #expect(reading.report.encodings == [encoding: 1])
  }

  @Test func text8And16() throws {
    let all: [([UInt8], TextEncoding)] = [
      (Array(text.utf8), .utf8), ([0xEF, 0xBB, 0xBF] + Array(text.utf8), .utf8),
      (utf16(text, bigEndian: false), .utf16LittleEndian),
      (utf16(text, bigEndian: true), .utf16BigEndian),
    ]
    for (bytes, encoding) in all {
      let reading = try read(bytes, "a.txt")
      check(reading, encoding)
      #expect(reading.articles.first?.title == "Über Größe")
      #expect(reading.articles.first?.date?.dayString == "2020-03-01")
      #expect(reading.bodies == ["Grün, 中文, 😀 und “Zitat”."])
    }
  }

  @Test func jsonLines8And16() throws {
    let lines = json + "\r\n" + json.replacing("ä", with: "ö")
    let all: [([UInt8], TextEncoding, Int)] = [
      (Array(lines.utf8), .utf8, 0), ([0xEF, 0xBB, 0xBF] + Array(lines.utf8), .utf8, 3),
      (utf16(lines, bigEndian: false), .utf16LittleEndian, 2),
      (utf16(lines, bigEndian: true), .utf16BigEndian, 2),
    ]
    for (bytes, encoding, mark) in all {
      let reading = try read(bytes, "a.jsonl")
      check(reading, encoding)
      #expect(reading.keys == ["ä", "ö"])
      #expect(reading.bodies == ["中文 😀", "中文 😀"])
      let unit = mark == 2 ? 2 : 1
      let length = unit == 2 ? json.utf16.count * 2 : json.utf8.count
      #expect(
        reading.articles.map(\.provenance.offset) == [
          UInt64(mark), UInt64(mark + length + 2 * unit),
        ])
    }
  }

  /// Long enough that lines lie across the chunks of the reader, whose borders split units.
  @Test func longUTF16() throws {
    let body = String(repeating: "Ĉ中😀", count: 40_000)
    let lines = (1...20).map { #"{"id":"\#($0)","body":"\#(body)"}"# }.joined(separator: "\n")
    let reading = try read(utf16(lines, bigEndian: true), "a.jsonl")
    #expect(reading.articles.count == 20)
    #expect(reading.bodies.allSatisfy { $0 == body })
  }

  @Test func windows1252() throws {
    // "Café “noir” – 5 €" and "naïve"
    let bytes: [UInt8] =
      Array("Caf".utf8) + [0xE9, 0x20, 0x93] + Array("noir".utf8) + [0x94, 0x20, 0x96]
      + Array(" 5 ".utf8) + [0x80, 0x0A, 0x0A] + Array("na".utf8) + [0xEF]
      + Array("ve body.\n".utf8)
    let reading = try read(bytes, "a.txt")
    #expect(reading.articles.first?.title == "Café “noir” – 5 €")
    #expect(reading.bodies == ["naïve body."])
    #expect(reading.kinds == [.encoding])
    #expect(reading.problems.first?.severity == .warning)
    #expect(reading.problems.first?.offset == 3)
    #expect(reading.inputs.first?.encoding == .windows1252)
    #expect(reading.inputs.first?.outcome == .read)
  }

  @Test func windows1252InOneLineOfMany() throws {
    let bad = Array(#"{"id":"2","title":"Caf"#.utf8) + [0xE9] + Array("\"}\n".utf8)
    let reading = try read(Array(json.utf8) + bad + Array(json.utf8), "a.jsonl")
    #expect(reading.articles.map(\.title) == ["Größe", "Café", "Größe"])
    #expect(reading.kinds == [.encoding])
    #expect(reading.problems.first?.line == 2)
  }

  /// One damaged place in much good UTF-8 must not turn the rest into mojibake.
  @Test func damagedUTF8IsRepaired() throws {
    var bytes = Array("标题\n\n正文里有一个坏字节，别的都好。\n".utf8)
    bytes.remove(at: 9)
    let reading = try read(bytes, "a.txt")
    #expect(reading.articles.first?.title == "标题")
    #expect(reading.bodies == ["\u{FFFD}文里有一个坏字节，别的都好。"])
    #expect(reading.inputs.first?.encoding == .repairedUTF8)
    #expect(reading.kinds == [.encoding])
  }

  @Test func halvesOfPairsAndOddBytes() throws {
    let bytes = utf16("T\n\nx", bigEndian: false) + [0x00, 0xD8] + [0x41, 0x00, 0x42]
    let reading = try read(bytes, "a.txt")
    #expect(reading.bodies == ["x\u{FFFD}A\u{FFFD}"])
  }

  /// Reading agrees with the standard library's own repair, and Windows-1252 never fails.
  @Test(arguments: testSeeds(41, 42)) func anyBytesBecomeText(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    try withFolder { folder in
      for round in 0..<200 {
        var bytes = Array("T\n\n".utf8)
        for _ in 0..<random.below(200) {
          switch random.below(4) {
          case 0: bytes.append(UInt8(0x80 + random.below(128)))
          case 1: bytes += Array("中é😀".utf8)
          default: bytes.append(UInt8(0x21 + random.below(94)))
          }
        }
        bytes += Array("中文结尾。".utf8)
        let reading = Reading(try folder.write(bytes, to: "a.txt"))
        let article = try #require(reading.articles.first, "seed \(seed), round \(round)")
        let encoding = try #require(reading.inputs.first?.encoding)
        if encoding != .windows1252 {
          let repaired = String(decoding: bytes[3...], as: UTF8.self)
          #expect(article.body == repaired, "seed \(seed), round \(round)")
        } else {
          #expect(
            article.body.unicodeScalars.count == bytes.count - 3, "seed \(seed), round \(round)")
        }
      }
    }
  }
}
