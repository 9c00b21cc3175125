import Foundation
import Lede
import LedeCodecs
import LedeStorage
import TestSupport
import Testing

/// A damaged index never traps, and `verify` finds every damage.
@Suite struct DamageTests {
  /// Words, a phrase, exclusions, a field, an inflected form and a run of Han characters.
  private static let queries = [
    "market", "+alumina +report", "\"traders in zürich\"", "market -copper", "title:nickel",
    "moved trader", "中国氧化铝", "absent",
  ]

  /// A few articles, two commits, one replaced document: every kind of file is there.
  private func smallIndex(in scratch: TemporaryDirectory) throws -> String {
    let index = try Archives.index(6, in: scratch)
    let more = try scratch.write(
      #"{"id":"a1","title":"Copper again","body":"中国氧化铝产量 grew; Zurich's traders.","#
        + #""source":"Daily","category":"metals","language":"zh"}"# + "\n", to: "more.jsonl")
    let result = try LedeBinary.run("index", more, "--index", index, "--quiet")
    guard result.status == 0 else { throw CommandFailed(result: result) }
    return index
  }

  /// Opens and queries the index in every way; damage may make any of it throw.
  private func exercise(_ index: String) {
    guard let searcher = try? Searcher.open(directory: index) else { return }
    for text in Self.queries {
      guard let query = try? QueryParser.parse(text) else { continue }
      for strategy in [SearchOptions.Strategy.pruned, .exhaustive] {
        var options = SearchOptions(limit: 5)
        options.strategy = strategy
        _ = try? searcher.search(query, options: options)
      }
      _ = try? searcher.count(query)
    }
    for number in 0..<6 { _ = try? searcher.article(key: "a\(number)") }
    _ = searcher.statistics
  }

  /// Names of the files that hold data; the lock file holds none.
  private func files(of index: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: index).sorted().filter { name in
      let size = try FileManager.default.attributesOfItem(atPath: index + "/" + name)[.size]
      return (size as? Int ?? 0) > 0
    }
  }

  private func findings(in index: String) -> Int {
    do {
      var count = 0
      _ = try IndexVerifier.verify(directory: index) { count += $0.isFault ? 1 : 0 }
      return count
    } catch {
      return 1
    }
  }

  @Test func theSmallIndexIsSound() throws {
    let scratch = try TemporaryDirectory()
    let index = try smallIndex(in: scratch)
    #expect(findings(in: index) == 0)
    let names = try files(of: index)
    #expect(names.contains("manifest"))
    #expect(names.contains { $0.hasSuffix(".lede") } && names.contains { $0.hasSuffix(".live") })
  }

  @Test(arguments: testSeeds(77))
  func everyFlippedByteIsFound(seed: UInt64) throws {
    let scratch = try TemporaryDirectory()
    let index = try smallIndex(in: scratch)
    var random = SplitMix64(seed: seed)
    for name in try files(of: index) {
      let path = index + "/" + name
      let intact = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
      for offset in intact.indices {
        let damaged = intact[offset] ^ UInt8(1 + random.below(255))
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data([damaged]))
        exercise(index)
        #expect(findings(in: index) > 0, "seed \(seed): \(name), byte \(offset) is not missed")
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: Data([intact[offset]]))
      }
      try handle.close()
    }
    #expect(findings(in: index) == 0)
  }

  @Test(arguments: testSeeds(78))
  func everyTruncationIsFound(seed: UInt64) throws {
    let scratch = try TemporaryDirectory()
    let index = try smallIndex(in: scratch)
    var random = SplitMix64(seed: seed)
    for name in try files(of: index) {
      let url = URL(fileURLWithPath: index + "/" + name)
      let intact = try Data(contentsOf: url)
      var length = intact.count
      while length > 0 {
        length = max(0, length - 1 - random.below(40))
        try intact.prefix(length).write(to: url)
        exercise(index)
        #expect(findings(in: index) > 0, "seed \(seed): \(name) cut to \(length)")
      }
      try intact.write(to: url)
    }
    #expect(findings(in: index) == 0)
  }

  @Test func missingFilesAreNamed() throws {
    let scratch = try TemporaryDirectory()
    let index = try smallIndex(in: scratch)
    for name in try files(of: index) where name != "manifest" {
      let path = index + "/" + name
      try FileManager.default.moveItem(atPath: path, toPath: scratch.file("aside"))
      let result = try LedeBinary.run("verify", "--index", index)
      #expect(result.status == 2, "\(name)")
      #expect((result.outputText + result.errorText).contains(name), "\(result.errorText)")
      exercise(index)
      try FileManager.default.moveItem(atPath: scratch.file("aside"), toPath: path)
    }
  }

  @Test func damageIsReportedByTheCommand() throws {
    let scratch = try TemporaryDirectory()
    let index = try smallIndex(in: scratch)
    let name = try #require(try files(of: index).first { $0.hasSuffix(".lede") })
    let url = URL(fileURLWithPath: index + "/" + name)
    var bytes = try Data(contentsOf: url)
    bytes[bytes.count / 3] ^= 0x10
    try bytes.write(to: url)
    let result = try LedeBinary.run("verify", "--index", index)
    #expect(result.status == 2)
    #expect(result.outputText.contains(name), "\(result.outputText)\(result.errorText)")
    let json = try JSONAnswer(try LedeBinary.run("verify", "--json", "--index", index))
    #expect((json.object["findings"] as? [[String: Any]])?.isEmpty == false)
  }

  @Test func anotherVersionIsNotCalledDamage() throws {
    for (version, word) in [(UInt32(2), "newer"), (UInt32(0), "older")] {
      let scratch = try TemporaryDirectory()
      let index = try smallIndex(in: scratch)
      try OtherVersion.rewrite(index + "/manifest", version: version)
      for arguments in [["search", "market"], ["stats"], ["show", "a0"], ["verify"]] {
        let result = try LedeBinary.run(arguments + ["--index", index])
        let said = result.outputText + result.errorText
        #expect(result.status == 2)
        #expect(said.contains(word) && said.contains("manifest"), "\(arguments): \(said)")
      }
    }
  }
}
