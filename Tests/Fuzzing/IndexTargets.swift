import DiskSimulation
import LedeCodecs
import LedeIndexing
import LedeSearching
import LedeStorage
import TestSupport

/// Reads indexes of which one file was changed, in every way that the engine does.
struct IndexExercise {
  let seeds: [SeedIndex]
  private let queries: [Query]

  init() throws {
    seeds = try SeedIndex.shapes.map { try SeedIndex($0) }
    queries = try [
      "market", "+all +again", "\"the market\"", "中国", "cafe -ore", "title:market the all",
      "\"all again\" third", "+running +the +all", "w3 w6 third",
    ].map { try QueryParser.parse($0) }
  }

  /// Mostly one of the small indexes.
  func seed(_ random: inout SplitMix64) -> SeedIndex {
    let small = seeds.count - 2
    return random.chance(0.97) ? seeds[random.below(small)] : seeds[small + random.below(2)]
  }

  /// Reads, searches, and now and then verifies and writes; true when nothing threw.
  func exercise(
    _ files: [String: [UInt8]], limit: Int, _ random: inout SplitMix64
  ) throws -> Bool {
    let disk = SimulatedDisk(files)
    var isSound = true
    func attempt(_ body: () throws -> Void) {
      do { try body() } catch { isSound = false }
    }
    if random.chance(0.7) {
      attempt { try readEverything(disk, directory: SeedIndex.directory, limit: limit) }
    } else {
      attempt { try search(disk, &random) }
    }
    if random.chance(limit < 100 ? 0.005 : 0.05) {
      attempt {
        _ = try IndexVerifier.verify(directory: SeedIndex.directory, fileSystem: disk) { _ in }
      }
    }
    if random.chance(0.01) { attempt { try write(disk, &random) } }
    return isSound
  }

  private func search(_ disk: SimulatedDisk, _ random: inout SplitMix64) throws {
    let searcher = try Searcher.open(directory: SeedIndex.directory, fileSystem: disk)
    _ = searcher.statistics
    for _ in 0..<2 {
      let query = queries[random.below(queries.count)]
      var options = SearchOptions(limit: random.below(12), countsExactly: random.chance(0.3))
      if random.chance(0.3) { options.strategy = .exhaustive }
      if random.chance(0.2) { options.k1 = 0.3 }
      _ = try? searcher.search(query, options: options)
      if random.chance(0.5) { _ = try? searcher.count(query) }
    }
    _ = try searcher.article(key: "k\(random.below(5))")
  }

  /// Goes on writing the damaged index: checksums are good, so nothing warns the writer.
  private func write(_ disk: SimulatedDisk, _ random: inout SplitMix64) throws {
    var options = IndexWriterOptions()
    options.storesText = random.chance(0.8)
    let writer = try IndexWriter(
      directory: SeedIndex.directory, options: options, fileSystem: disk)
    _ = try writer.delete(key: "k\(random.below(5))")
    try writer.commit()
    _ = try writer.optimize(reordering: random.chance(0.3))
  }
}

/// A changed segment, under a manifest that now and then agrees with what it states.
final class SegmentTarget: FuzzTarget {
  static let name = "segment"
  private let exercise: IndexExercise

  init() throws { exercise = try IndexExercise() }

  func run(_ random: inout SplitMix64) throws -> Bool {
    let seed = exercise.seed(&random)
    let other = exercise.seed(&random)
    var image = seed.segment
    var files = seed.files
    if random.chance(0.03) {
      // Raw bytes: checksums that do not match, or a file cut short.
      var bytes = seed.segmentBytes
      ByteMutator.mutate(&bytes, other.segmentBytes, &random)
      files[seed.segmentPath] = bytes
    } else {
      _ = image.mutate(other.segment, &random)
      files[seed.segmentPath] = image.file(&random)
      if random.chance(0.5) { agree(&files, seed, image, &random) }
    }
    return try exercise.exercise(files, limit: seed.readLimit, &random)
  }

  /// Makes the manifest state the documents that the changed segment states.
  private func agree(
    _ files: inout [String: [UInt8]], _ seed: SeedIndex, _ image: EnvelopeImage,
    _ random: inout SplitMix64
  ) {
    guard seed.livePath == nil, let meta = image.sections.first(where: { $0.kind == 1 }),
      meta.bytes.count >= 4
    else { return }
    var manifest = EnvelopeImage(seed.manifest)
    // The first segment's docCount and liveCount, behind the head of 48 bytes and the id.
    manifest.sections[0].bytes.replaceSubrange(
      56..<64, with: Array(meta.bytes[0..<4]) + Array(meta.bytes[0..<4]))
    files[SeedIndex.directory + "/manifest"] = manifest.file(&random)
  }
}

/// A changed live file, under a manifest that now and then agrees with it.
final class LiveTarget: FuzzTarget {
  static let name = "live"
  private let exercise: IndexExercise

  init() throws { exercise = try IndexExercise() }

  func run(_ random: inout SplitMix64) throws -> Bool {
    let seeds = exercise.seeds.filter { $0.live != nil }
    let seed = random.chance(0.97) ? seeds[0] : seeds[random.below(seeds.count)]
    guard var image = seed.live, let path = seed.livePath else { return true }
    _ = image.mutate(image, &random)
    var files = seed.files
    files[path] = image.file(&random)
    let meta = image.sections.first { $0.kind == 32 }
    if let meta, meta.bytes.count >= 16, random.chance(0.5) {
      var manifest = EnvelopeImage(seed.manifest)
      manifest.sections[0].bytes.replaceSubrange(60..<64, with: meta.bytes[12..<16])
      files[SeedIndex.directory + "/manifest"] = manifest.file(&random)
    }
    return try exercise.exercise(files, limit: seed.readLimit, &random)
  }
}

final class ManifestTarget: FuzzTarget {
  static let name = "manifest"
  private let exercise: IndexExercise

  init() throws { exercise = try IndexExercise() }

  func run(_ random: inout SplitMix64) throws -> Bool {
    let seed = exercise.seed(&random)
    let other = exercise.seed(&random)
    var image = EnvelopeImage(seed.manifest)
    _ = image.mutate(EnvelopeImage(other.manifest), &random)
    var files = seed.files
    files[SeedIndex.directory + "/manifest"] = image.file(&random)
    return try exercise.exercise(files, limit: seed.readLimit, &random)
  }
}

final class LedgerTarget: FuzzTarget {
  static let name = "ledger"
  private let exercise: IndexExercise

  init() throws { exercise = try IndexExercise() }

  func run(_ random: inout SplitMix64) throws -> Bool {
    let seed = exercise.seeds[random.below(2)]
    guard let path = seed.ledgerPath, let bytes = seed.files[path] else { return true }
    var image = EnvelopeImage(bytes)
    _ = image.mutate(image, &random)
    var files = seed.files
    files[path] = image.file(&random)
    let disk = SimulatedDisk(files)
    do {
      _ = try Ledger.read(
        fileSystem: disk, directory: SeedIndex.directory, generation: EnvelopeImage(bytes).id)
    } catch { return false }
    if random.chance(0.02) {
      let writer = try? IndexWriter(
        directory: SeedIndex.directory, options: IndexWriterOptions(), fileSystem: disk)
      if let writer { SeedIndex.record(in: writer, articleCount: 4) }
      _ = try? writer?.commit()
    }
    return true
  }
}
