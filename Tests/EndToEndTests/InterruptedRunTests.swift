import Foundation
import TestSupport
import Testing

/// A run that is killed goes on where its last commit was, without loss and without duplicates.
@Suite(.serialized) struct InterruptedRunTests {
  private let scratch: TemporaryDirectory
  private static let count = 8_000

  init() throws { scratch = try TemporaryDirectory() }

  /// One large file, and some small ones behind it; last modified long ago.
  private func writeArchive(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let words = (0..<400).map { "w\($0 * 37 % 1000)" }
    var lines = ""
    for number in 0..<Self.count {
      let body = (0..<150).map { _ in words[random.below(words.count)] }.joined(separator: " ")
      lines += #"{"id":"k\#(number)","title":"zinc \#(number % 90)","body":"\#(body)"}"# + "\n"
    }
    try scratch.write(lines, to: "archive/a.jsonl")
    for number in 0..<20 {
      try scratch.write("Zinc\n\nzinc w1 w\(number)\n", to: "archive/\(number).txt")
    }
    for name in try scratch.list("archive") {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1_600_000_000)],
        ofItemAtPath: scratch.file("archive/" + name))
    }
  }

  private func arguments(_ index: String) -> [String] {
    [
      "index", scratch.file("archive"), "--index", scratch.file(index), "--json", "--quiet",
      "--commit-every", "0.05",
    ]
  }

  private func manifest(_ index: String) -> [UInt8]? { try? scratch.read(index + "/manifest") }

  private func documents(_ index: String) throws -> Int {
    try JSONAnswer(
      try LedeBinary.run("stats", "--json", "--index", scratch.file(index))
    ).number("documents") ?? -1
  }

  private func digests(_ index: String) throws -> [String] {
    try ["zinc", "w1 w37", "+w74 +w111 zinc", "\"w1 w37\"", "title:zinc"].map { query in
      let answer = try JSONAnswer(
        try LedeBinary.run(
          "search", query, "--limit", "1000", "--count", "--json", "--index",
          scratch.file(index)))
      return "\(answer.total ?? -1) \(answer.object["rank_digest"] as? String ?? "")"
    }
  }

  /// Starts a run and ends it by a signal right after it has committed something.
  ///
  /// - Returns: whether the signal came before the run was through.
  private func interrupt(_ index: String, with signal: Int32) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: LedeBinary.path)
    process.arguments = arguments(index)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let before = manifest(index)
    try process.run()
    while process.isRunning, manifest(index) == before { usleep(2000) }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal || process.terminationStatus == 130
  }

  @Test(arguments: [SIGKILL, SIGINT]) func goesOnAfterASignal(signal: Int32) throws {
    let seed = testSeeds(5)[0]
    try writeArchive(seed: seed)
    #expect(try LedeBinary.run(arguments("whole")).status == 0)
    var partial: [Int] = []
    for _ in 0..<3 where try interrupt("broken", with: signal) {
      #expect(try LedeBinary.run("verify", "--index", scratch.file("broken")).status == 0)
      partial.append(try documents("broken"))
    }
    let total = Self.count + 20
    #expect(!partial.isEmpty && partial == partial.sorted(), "\(partial)")
    #expect(partial.allSatisfy { (1...total).contains($0) }, "\(partial)")
    // The last of the runs may have come to its end before the signal did.
    let held = try documents("broken")
    let rest = try JSONAnswer(try LedeBinary.run(arguments("broken")))
    // Only what was not committed is read into the index, nothing twice.
    #expect(rest.number("records", "added") == total - held)
    #expect(rest.number("records", "replaced") == 0)
    #expect(rest.number("documents") == total)
    #expect(try digests("broken") == digests("whole"), "seed \(seed)")
    #expect(try LedeBinary.run("verify", "--index", scratch.file("broken")).status == 0)
  }

  @Test func aLostManifestIsNamed() throws {
    let index = try Archives.index(in: scratch)
    try FileManager.default.removeItem(atPath: index + "/manifest")
    let names = try scratch.list("index")
    for command in [
      ["index", scratch.file("articles.jsonl")], ["search", "zinc"], ["delete", "a1"], ["verify"],
    ] {
      let result = try LedeBinary.run(command + ["--index", index])
      #expect(result.status == 2)
      #expect(result.errorText.contains("manifest is missing"), "\(result.errorText)")
    }
    #expect(try scratch.list("index") == names)
  }
}
