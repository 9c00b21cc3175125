import Fuzzing
import TestSupport
import Testing

/// A short run of every fuzzer; `Tests/fuzz` runs them for long.
@Suite struct FuzzTests {
  @Test(arguments: Fuzzing.targets.map { $0.name }, testSeeds(9))
  func aSampleOfEachTargetIsSurvived(name: String, seed: UInt64) throws {
    let target = try #require(try Fuzzing.target(named: name))
    var sound = 0
    for execution in 0..<1_500 as Range<UInt64> {
      var random = Fuzzing.random(seed: seed, execution: execution)
      do {
        if try target.run(&random) { sound += 1 }
      } catch {
        Issue.record("\(name), seed \(seed), execution \(execution): \(error)")
        return
      }
    }
    // Changes must reach what lies behind the first checks, and must be found by some.
    #expect(sound > 15 && sound < 1_495, "\(name), seed \(seed): \(sound) of 1500 taken as sound")
  }
}
