import Foundation
import LedeArticles
import LedeModel
import LedeStorage
import TestSupport

/// Hands bytes to the readers of articles through a file in memory.
final class ArchiveInput {
  private let path: String

  /// - Parameter suffix: of the file's name, from which the format is guessed first.
  init(suffix: String) {
    let isThere = FileManager.default.fileExists(atPath: "/dev/shm")
    let folder = isThere ? "/dev/shm" : FileManager.default.temporaryDirectory.path
    path = "\(folder)/lede-fuzz-\(ProcessInfo.processInfo.processIdentifier)-\(UUID())\(suffix)"
  }

  deinit { unlink(path) }

  /// Reads all articles; true when there was no problem. Throws when the account does not add up.
  func read(_ bytes: [UInt8]) throws -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0, write(descriptor, bytes, bytes.count) == bytes.count else {
      throw Fuzzing.WrongAnswer(description: "cannot write \(path): errno \(errno)")
    }
    close(descriptor)
    let reader = ArchiveReader(paths: [path])
    var articles = 0
    while let event = reader.next() {
      if case .article(let article) = event {
        articles += 1
        guard !article.key.isEmpty, article.body.utf8.allSatisfy({ $0 != 0xff }) else {
          throw Fuzzing.WrongAnswer(description: "an article without a key, or not of UTF-8")
        }
      }
    }
    guard reader.report.addsUp, reader.report.records.articles == articles else {
      throw Fuzzing.WrongAnswer(description: "the report does not add up: \(reader.report)")
    }
    return reader.report.errors + reader.report.warnings == 0
  }
}

final class TextTarget: FuzzTarget {
  static let name = "text"
  private let input = ArchiveInput(suffix: ".txt")
  private let seeds = [
    "Home > News > Metals\n\nAlumina rises\n\nPosted on July 1, 2020 by A. Writer\n\nThe price rose."
      + "\n\nShare this:\nFacebook\nRelated articles\n",
    "Zouping signing ceremony held\n2020-07-01 14:08 Source: China Nonferrous Metals Daily\n"
      + "铝产业集群签约仪式举行。\nCopyright © 2020. All rights reserved.\n",
    "Title: Copper\nDate: 1 Juli 2020\nURL: https://example.org/a\nAuthor: B\n\nBody\r\nmore\r\n",
  ].map { Array($0.utf8) }

  init() {}

  func run(_ random: inout SplitMix64) throws -> Bool {
    var bytes = seeds[random.below(seeds.count)]
    ByteMutator.mutate(&bytes, seeds[random.below(seeds.count)], &random)
    return try input.read(bytes)
  }
}

final class JSONLinesTarget: FuzzTarget {
  static let name = "json"
  private let input = ArchiveInput(suffix: ".jsonl")
  static let seeds = [
    #"{"id":"1","title":"A \"quoted\" title","body":"Text\nand \u4e2d \ud83d\ude00","date":"2020-07-01"}"#,
    #"{"id":2,"headline":"H","content":["a","b"],"author":[{"name":"N"}],"published_at":1593583680}"#,
    #"{"_id":{"$oid":"5f"},"title":"t","source":{"id":null,"name":"S"},"x":[[1,2.5e-3],{"y":false}]}"#,
    #"{"url":"https://a.b/c","text":"<p>x</p>","lang":"en","tags":["a"],"date":{"$date":"2020"}}"#,
  ].map { Array(($0 + "\n").utf8) }
  private let structure = Array(#"{}[]",:\ 0tnu-e."#.utf8)

  init() {}

  func run(_ random: inout SplitMix64) throws -> Bool {
    var bytes: [UInt8] = []
    for _ in 0...random.below(3) { bytes += Self.seeds[random.below(Self.seeds.count)] }
    if random.chance(0.5) {
      for _ in 0...random.below(4) {
        bytes.insert(structure[random.below(structure.count)], at: random.below(bytes.count))
      }
    } else {
      ByteMutator.mutate(&bytes, Self.seeds[random.below(Self.seeds.count)], &random)
    }
    return try input.read(bytes)
  }
}

final class GzipTarget: FuzzTarget {
  static let name = "gzip"
  private let input = ArchiveInput(suffix: ".jsonl.gz")
  private let deflater: Deflater
  private let seeds: [[UInt8]]

  init() throws {
    deflater = try Deflater(level: 6)
    seeds = try JSONLinesTarget.seeds.map { [deflater] in try Self.member($0, deflater) }
  }

  func run(_ random: inout SplitMix64) throws -> Bool {
    var bytes: [UInt8] = []
    for _ in 0...random.below(2) { bytes += seeds[random.below(seeds.count)] }
    if random.chance(0.4) {
      // Other text under good checksums.
      var text = JSONLinesTarget.seeds[random.below(seeds.count)]
      ByteMutator.mutate(&text, JSONLinesTarget.seeds[random.below(seeds.count)], &random)
      bytes += try Self.member(text, deflater)
    } else {
      ByteMutator.mutate(&bytes, seeds[random.below(seeds.count)], &random)
    }
    if random.chance(0.1) { bytes += [UInt8](repeating: 0, count: random.below(20)) }
    return try input.read(bytes)
  }

  /// A member of RFC 1952 with the fewest fields.
  private static func member(_ text: [UInt8], _ deflater: Deflater) throws -> [UInt8] {
    var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
    try text.withUnsafeBytes { try deflater.deflate($0, into: &member) }
    var crc = UInt32.max
    for byte in text {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    member.appendUInt32(~crc)
    member.appendUInt32(UInt32(text.count))
    return member
  }
}

/// UTF-16 of either order, byte order marks, Windows-1252 and damaged UTF-8.
final class EncodingTarget: FuzzTarget {
  static let name = "encoding"
  private let input = ArchiveInput(suffix: ".txt")
  private let seeds: [[UInt8]]

  init() {
    let text = "Überschrift – Title\n\n2020-07-01 “quoted” naïve 中国 😀 text.\n"
    let units = Array(text.utf16)
    var big: [UInt8] = [0xfe, 0xff]
    var little: [UInt8] = [0xff, 0xfe]
    for unit in units {
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xff))
      big += [high, low]
      little += [low, high]
    }
    let latin = Array("Title\n\nna".utf8) + [0xef, 0x93, 0x94, 0x80, 0xe9, 0xfc, 0x81, 0x9f]
    seeds = [big, little, latin, [0xef, 0xbb, 0xbf] + Array(text.utf8), Array(text.utf8)]
  }

  func run(_ random: inout SplitMix64) throws -> Bool {
    var bytes = seeds[random.below(seeds.count)]
    ByteMutator.mutate(&bytes, seeds[random.below(seeds.count)], &random)
    return try input.read(bytes)
  }
}
