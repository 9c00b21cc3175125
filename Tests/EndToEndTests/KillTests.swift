import Foundation
import TestSupport
import Testing

/// Processes that are killed at any moment leave a commit, whole. `LEDE_KILLS=1000` kills as many.
@Suite struct KillTests {
  private static let kills = environment("LEDE_KILLS").flatMap(Int.init) ?? 20

  @Test(arguments: testSeeds(31))
  func aKilledProcessLeavesACommit(seed: UInt64) throws {
    let scratch = try TemporaryDirectory()
    var runs = KilledRuns(seed: seed, scratch: scratch)
    var round = 0
    // Others come to their end before the signal does.
    while runs.killed < Self.kills, round < 20 * Self.kills {
      try runs.round(round)
      round += 1
    }
    print("KILLS seed \(seed): \(runs.summary)")
    #expect(runs.killed == Self.kills)
  }
}

/// An index that processes write, each of which may be killed, and what it must hold.
private struct KilledRuns {
  private let seed: UInt64
  private let scratch: TemporaryDirectory
  private let index: KilledIndex
  private var random: SplitMix64
  /// Title by key.
  private var articles: [String: String] = [:]
  /// The longest that processes took, in microseconds, by command.
  private var durations: [String: Int] = [:]
  /// Killed processes, by command.
  private var kills: [String: Int] = [:]
  private var committed = 0
  private var interrupted = 0
  private var rounds = 0

  init(seed: UInt64, scratch: TemporaryDirectory) {
    self.seed = seed
    self.scratch = scratch
    index = KilledIndex(path: scratch.file("index"))
    random = SplitMix64(seed: seed)
  }

  var killed: Int { kills.values.reduce(0, +) }

  /// How many were killed, and how many of them in the midst of writing.
  var summary: String {
    let commands = kills.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return "\(killed) of \(rounds) processes killed (\(commands.joined(separator: ", "))); "
      + "\(committed) had committed, \(interrupted) had begun and left files behind"
  }

  mutating func round(_ number: Int) throws {
    rounds += 1
    var after = articles
    let arguments = try chooseCommand(number, &after)
    let isFinished = try run(arguments)
    let place = "seed \(seed), round \(number), \(arguments), finished: \(isFinished)"
    let found = try index.contents()
    if found == after {
      committed += isFinished ? 0 : 1
    } else if isFinished || found != articles {
      throw Broken(what: "\(place): neither the last commit nor the one before")
    }
    articles = found
    let (faults, leftovers) = try index.findings(isDeep: number % 8 == 0)
    if !faults.isEmpty { throw Broken(what: "\(place): \(faults)") }
    if !isFinished, leftovers > 0 { interrupted += 1 }
  }

  struct Broken: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
  }
}

// MARK: - Commands

extension KilledRuns {
  /// A command's arguments; `after` becomes what it leaves.
  private mutating func chooseCommand(
    _ number: Int, _ after: inout [String: String]
  ) throws -> [String] {
    switch articles.isEmpty ? 0 : random.below(20) {
    case 0..<9: return ["index", try writeBatch(number, into: &after)]
    case 9..<11:
      // All came from this file, so those that it no longer has are gone.
      after = [:]
      return ["index", try writeBatch(number, into: &after), "--delete-missing"]
    case 11..<14: return ["delete"] + chooseKeys(&after)
    case 14..<15:
      return ["delete", "--query", chooseKeys(&after).joined(separator: " ")]
    case 15..<18: return ["optimize"]
    default: return ["optimize", "--reorder"]
    }
  }

  /// Keys that are there, each a word of its article's title as well.
  private mutating func chooseKeys(_ after: inout [String: String]) -> [String] {
    let all = articles.keys.sorted()
    let keys = Set((0...random.below(30)).map { _ in all[random.below(all.count)] })
    for key in keys { after[key] = nil }
    return keys.sorted()
  }

  /// New articles and new versions of old ones.
  private mutating func writeBatch(
    _ number: Int, into after: inout [String: String]
  ) throws -> String {
    var lines = ""
    for _ in 0..<(20 + random.below(200)) {
      let key = "k\(random.below(500))"
      let title = "version \(number) of \(key)"
      let words = (0..<(10 + random.below(60))).map { _ in "w\(random.below(3000))" }
      lines +=
        #"{"id":"\#(key)","title":"\#(title)","body":"\#(words.joined(separator: " "))"}"# + "\n"
      after[key] = title
    }
    return try scratch.write(lines, to: "batch.jsonl")
  }

  /// Runs the command and kills it at a random moment; true if it came to its end before.
  private mutating func run(_ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: LedeBinary.path)
    process.arguments = arguments + ["--index", index.path, "--quiet"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let longest = durations[arguments[0]] ?? 100_000
    let delay = random.below(longest + longest / 4)
    let start = Date()
    try process.run()
    usleep(UInt32(delay))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    if process.terminationReason == .exit {
      guard process.terminationStatus == 0 else {
        throw Broken(what: "seed \(seed): \(arguments) exits with \(process.terminationStatus)")
      }
      // Follows what the machine does just now.
      durations[arguments[0]] = longest * 7 / 8
      return true
    }
    kills[arguments[0], default: 0] += 1
    let microseconds = Int(Date().timeIntervalSince(start) * 1e6)
    durations[arguments[0]] = min(max(longest * 17 / 16, microseconds), 2_000_000)
    return false
  }
}
