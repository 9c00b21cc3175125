import DiskSimulation
import LedeIndexing
import LedeStorage
import TestSupport
import Testing

/// The power goes after every step of a scenario, and whatever was not synchronized may be lost: the
/// index is the last commit or the one in progress, and a writer can go on from there.
@Suite struct PowerLossTests {
  /// States that the disk may hold, by the number of a mark in its log.
  private final class States {
    var all: [[Contents]] = [[[:]]]

    func note(_ states: [Contents], on disk: SimulatedDisk) {
      disk.mark(all.count)
      all.append(states)
    }
  }

  /// Seeded samples per step where there are too many combinations to try all.
  private static let samples = environment("LEDE_POWER_SAMPLES").flatMap(Int.init) ?? 4

  @Test(arguments: testSeeds(61))
  func everyPrefixOfTheLogIsACommit(seed: UInt64) throws {
    let disk = SimulatedDisk()
    let states = States()
    let run = ScenarioRun(disk)
    run.onStates = { states.note($0, on: disk) }
    for step in Scenario.steps { try run.take(step) }
    run.close()
    var check = Check(seed: seed, depth: 2)
    try check.everyPrefix(of: disk, states.all)
    print("POWER LOSS seed \(seed): \(check.counts)")
    #expect(check.images > 500)
  }

  /// A call fails, the writer recovers and goes on, and then the power goes.
  @Test(arguments: testSeeds(62))
  func aFailureBeforeThePowerLossChangesNothing(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var check = Check(seed: seed, depth: 1)
    let operations: [FileOperation] = [.synchronize, .synchronizeDirectory, .rename, .remove]
    for operation in operations {
      for _ in 0..<Self.samples {
        let disk = SimulatedDisk()
        let states = States()
        let faulty = FaultyFileSystem(disk)
        faulty.operations = [operation]
        faulty.keepsFailing = false
        faulty.remaining = random.below(20)
        try Self.runRecovering(faulty, disk, states)
        try check.everyPrefix(of: disk, states.all)
      }
    }
    print("POWER LOSS after failures, seed \(seed): \(check.counts)")
    #expect(check.images > 500)
  }

  private static func runRecovering(
    _ faulty: FaultyFileSystem, _ disk: SimulatedDisk, _ states: States
  ) throws {
    let run = ScenarioRun(faulty)
    run.onStates = { states.note($0, on: disk) }
    for step in Scenario.steps {
      let target = run.pending
      if try run.failure(of: step) != nil {
        // What the disk shows may not be durable yet.
        states.note([run.committed, target], on: disk)
        try run.recover(finding: try contents(of: disk, Scenario.directory))
      }
    }
    run.close()
  }

  /// A process dies between a commit's rename and its synchronization, the next one starts, and
  /// then the power goes: the files of the commit before must still be there.
  @Test(arguments: testSeeds(63))
  func aWriterOpenedOnACommitThatIsNotDurableKeepsTheOneBefore(seed: UInt64) throws {
    var check = Check(seed: seed, depth: 1)
    for point in 0..<6 {
      let disk = SimulatedDisk()
      let states = States()
      let faulty = FaultyFileSystem(disk)
      faulty.operations = [.synchronizeDirectory]
      faulty.remaining = point
      let run = ScenarioRun(faulty)
      run.onStates = { states.note($0, on: disk) }
      for step in Scenario.steps {
        if try run.failure(of: step) != nil { break }
      }
      let before = run.committed
      let after = run.pending
      run.close()
      states.note([before, after], on: disk)
      let next = ScenarioRun(disk)
      try next.take(.open)
      next.close()
      try check.everyPrefix(of: disk, states.all)
    }
    print("POWER LOSS after kills, seed \(seed): \(check.counts)")
    #expect(check.images > 100)
  }

  /// Plays power losses and checks what is left.
  private struct Check {
    private let seed: UInt64
    private let depth: Int
    private var random: SplitMix64
    private var seen: Set<Int> = []
    private(set) var prefixes = 0
    private(set) var images = 0
    private(set) var distinct = 0

    /// - Parameter depth: 2 lets the power go once more while the next writer is at work.
    init(seed: UInt64, depth: Int) {
      self.seed = seed
      self.depth = depth
      random = SplitMix64(seed: seed)
    }

    var counts: String { "\(prefixes) prefixes, \(images) images, \(distinct) distinct" }

    mutating func everyPrefix(of disk: SimulatedDisk, _ states: [[Contents]]) throws {
      try everyPrefix(disk.start, disk.log, states, depth, from: states[0])
    }

    private mutating func everyPrefix(
      _ start: [String: [UInt8]], _ log: [SimulatedDisk.Event], _ states: [[Contents]],
      _ depth: Int, from first: [Contents]
    ) throws {
      var loss = PowerLoss(start)
      var allowed = first
      try check(loss, allowed, depth)
      for (index, event) in log.enumerated() {
        if case .mark(let number) = event { allowed = states[number] }
        loss.apply(event)
        prefixes += 1
        try check(loss, allowed, depth, "step \(index) of \(log.count)")
      }
    }

    /// Tries every combination of names where they are few, else samples, with all fates of bytes.
    private mutating func check(
      _ loss: PowerLoss, _ allowed: [Contents], _ depth: Int, _ place: String = "start"
    ) throws {
      let fates = loss.hasPendingBytes ? PowerLoss.Fate.allCases : [.kept]
      let limit = depth > 1 ? 4 : 2
      let isExhaustive = loss.changeCount <= limit
      let rounds = isExhaustive ? 1 << loss.changeCount : PowerLossTests.samples
      for round in 0..<rounds {
        let mask = isExhaustive ? UInt64(round) : random.next()
        for fate in fates {
          let image = loss.image(
            keeping: { mask >> UInt64($0 % 64) & 1 == 1 }, fate, &random)
          images += 1
          guard seen.insert(Self.hash(image, allowed)).inserted else { continue }
          distinct += 1
          try check(
            image, allowed, depth, "seed \(seed), \(place), \(fate), names \(mask)")
        }
      }
    }

    private static func hash(_ image: [String: [UInt8]], _ allowed: [Contents]) -> Int {
      var hasher = Hasher()
      hasher.combine(image)
      hasher.combine(allowed)
      return hasher.finalize()
    }

    private mutating func check(
      _ image: [String: [UInt8]], _ allowed: [Contents], _ depth: Int, _ place: String
    ) throws {
      let disk = SimulatedDisk(image)
      let directory = Scenario.directory
      let found: Contents
      do {
        found = try contents(of: disk, directory)
      } catch { throw UnmetDemand(description: "\(place): \(error)") }
      try demand(allowed.contains(found), "\(place): neither commit")
      let faults = try findings(in: disk, directory, faultsOnly: true)
      try demand(faults.isEmpty, "\(place): \(faults)")
      let next = ScenarioRun(disk)
      try next.recover(finding: found)
      try next.take(.add(20..<21))
      let after = next.pending
      try next.take(.commit)
      next.close()
      try demand(try contents(of: disk, directory) == after, "\(place): going on")
      if !found.isEmpty {
        let left = try findings(in: disk, directory, faultsOnly: false)
        try demand(left.isEmpty, "\(place), going on: \(left)")
      }
      if depth > 1 {
        try everyPrefix(disk.start, disk.log, [], depth - 1, from: [found, after])
      }
    }
  }
}
