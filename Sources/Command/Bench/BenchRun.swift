import Lede

/// The measurement: digest, check, warm-up, then shuffled rounds of every query and command.
struct BenchRun {
  /// Length of the rankings that the digest is made of.
  static let digestLimit = 100
  /// Hits of each query that the JSON report names.
  static let namedHits = 10

  private struct Prepared {
    let line: QueryLine
    let query: Query
  }

  private let searcher: Searcher
  private let file: QueryFile
  private let tasks: [BenchTask]
  /// Those of the command, read once: to read one of them takes longer than to rank a rare word.
  private let ranking: SearchOptions
  private let quiet: Bool
  private var queries: [Prepared] = []

  /// Lines that are no query, with the reason.
  private(set) var skipped: [String] = []

  init(
    searcher: Searcher, file: QueryFile, tasks: [BenchTask], ranking: SearchOptions, quiet: Bool
  ) {
    self.searcher = searcher
    self.file = file
    self.tasks = tasks
    self.ranking = ranking
    self.quiet = quiet
    for line in file.queries {
      do throws(QueryError) {
        queries.append(Prepared(line: line, query: try line.parsed()))
      } catch {
        skipped.append("query \(line.id): \(error)")
      }
    }
  }

  mutating func run(
    rounds: Int, warmup: Int, seed: UInt64, threads: Int, check: Bool
  ) throws -> BenchReport {
    try dropUnanswerable()
    let digest = try rankDigest()
    var found = check ? try compareWithExhaustive() : nil
    let samples = try time(rounds: rounds, warmup: warmup, seed: seed)
    let throughputs = threads > 1 ? try throughput(threads, rounds: rounds, seed: seed) : []
    if threads > 1 {
      var compared = found ?? BenchReport.Check()
      for (number, other) in try run.digests(threads: threads, limit: Self.digestLimit).enumerated()
      {
        compared.queries += queries.count
        if other != digest {
          compared.differences.append("thread \(number + 1) of \(threads) ranks otherwise")
        }
      }
      found = compared
    }
    return BenchReport(
      queryFile: "", queryFileHash: file.hash, queries: queries.count, skipped: skipped,
      rounds: rounds, warmup: warmup, processor: nil, digestLimit: Self.digestLimit,
      rankDigest: digest, rows: rows(samples), queryRows: try queryRows(samples),
      floors: try floors(rounds: rounds), throughputs: throughputs, check: found)
  }

  /// Runs the queries from many threads at once.
  private var run: ThroughputRun {
    let ranking = ranking
    return ThroughputRun(
      searcher: searcher, queries: queries.map(\.query),
      options: { Self.options(ranking, limit: $0.limit ?? 0, counts: $0.counts) })
  }

  /// What one thread and what `threads` get done, for each task.
  private func throughput(
    _ threads: Int, rounds: Int, seed: UInt64
  ) throws -> [Throughput] {
    var throughputs: [Throughput] = []
    guard rounds > 0 else { return [] }
    for task in tasks {
      for count in [1, threads] {
        throughputs.append(
          try run.measure(task, threads: count, rounds: rounds, seed: seed))
      }
    }
    return throughputs
  }

  /// What a query costs that finds nothing: a single word that no article holds.
  private func floors(rounds: Int) throws -> [BenchReport.Floor] {
    guard rounds > 0 else { return [] }
    var word = "zzabsentzz"
    while try searcher.count(.word(word, field: nil)) > 0 { word += "z" }
    return try tasks.map { task in
      var samples = QuerySamples()
      for _ in 0..<1000 {
        let start = Platform.nanoseconds()
        try perform(task, .word(word, field: nil))
        samples.record(Platform.nanoseconds() &- start)
      }
      return BenchReport.Floor(task: task, minimum: samples.minimum, median: samples.median)
    }
  }

  /// Some lines only turn out to hold nothing to search for when they are analysed.
  private mutating func dropUnanswerable() throws {
    var answerable: [Prepared] = []
    for prepared in queries {
      do throws(SearchError) {
        _ = try searcher.rank(prepared.query, options: options(limit: 1))
        answerable.append(prepared)
      } catch {
        guard case .query = error else { throw error }
        skipped.append("query \(prepared.line.id): \(error)")
      }
    }
    guard !answerable.isEmpty else {
      throw CommandFailure("no line of the file is a query that can be run: \(skipped[0])")
    }
    queries = answerable
  }

  private func options(
    limit: Int, counts: Bool = false, strategy: SearchOptions.Strategy = .pruned
  ) -> SearchOptions {
    Self.options(ranking, limit: limit, counts: counts, strategy: strategy)
  }

  private static func options(
    _ ranking: SearchOptions, limit: Int, counts: Bool,
    strategy: SearchOptions.Strategy = .pruned
  ) -> SearchOptions {
    var options = ranking
    options.limit = limit
    options.countsExactly = counts
    options.strategy = strategy
    options.snippets = false
    return options
  }

  private func rankDigest() throws -> UInt64 {
    var digest = RankDigest()
    for prepared in queries {
      let ranked = try searcher.rank(prepared.query, options: options(limit: Self.digestLimit))
      for hit in ranked.hits { digest.add(key: hit.key, score: hit.score) }
    }
    return digest.value
  }

  // MARK: Timing

  /// Samples by task, then by query.
  private func time(rounds: Int, warmup: Int, seed: UInt64) throws -> [[QuerySamples]] {
    var samples = tasks.map { _ in queries.map { _ in QuerySamples() } }
    var generator = SeededGenerator(seed: seed)
    var order = tasks.indices.flatMap { task in queries.indices.map { (task: task, query: $0) } }
    var progress = Progress(quiet: quiet)
    for round in 0..<(warmup + rounds) {
      order.shuffle(using: &generator)
      for (task, query) in order {
        // Taken before the clock starts, as the other engines' are.
        let (work, asked) = (tasks[task], queries[query].query)
        let start = Platform.nanoseconds()
        try perform(work, asked)
        let elapsed = Platform.nanoseconds() &- start
        if round >= warmup { samples[task][query].record(elapsed) }
      }
      progress.update("round \(round + 1) of \(warmup + rounds)")
    }
    progress.clear()
    return samples
  }

  private func perform(_ task: BenchTask, _ query: Query) throws {
    if let limit = task.limit {
      _ = try searcher.ranking(query, options: options(limit: limit, counts: task.counts))
    } else {
      _ = try searcher.count(query, options: options(limit: 0, counts: true))
    }
  }

  // MARK: Summaries

  private func rows(_ samples: [[QuerySamples]]) -> [BenchReport.Row] {
    guard samples.contains(where: { $0.contains { !$0.samples.isEmpty } }) else { return [] }
    var tags: [String] = []
    var queriesByTag: [String: [Int]] = [:]
    for (index, prepared) in queries.enumerated() {
      for tag in Set(prepared.line.tags).sorted() {
        if queriesByTag[tag] == nil { tags.append(tag) }
        queriesByTag[tag, default: []].append(index)
      }
    }
    let groups: [(String?, [Int])] =
      [(nil, Array(queries.indices))] + tags.sorted().map { ($0, queriesByTag[$0] ?? []) }
    return tasks.indices.flatMap { task in
      groups.map { tag, members in
        let chosen = members.map { samples[task][$0] }
        return BenchReport.Row(
          task: tasks[task], tag: tag, queries: members.count,
          all: LatencySummary(of: chosen.lazy.flatMap(\.samples)),
          best: LatencySummary(of: chosen.lazy.map(\.minimum)))
      }
    }
  }

  private func queryRows(_ samples: [[QuerySamples]]) throws -> [BenchReport.QueryRow] {
    var rows: [BenchReport.QueryRow] = []
    for (task, list) in zip(tasks, samples) {
      for (prepared, sample) in zip(queries, list) {
        let limit = min(task.limit ?? 0, Self.namedHits)
        let ranked = try searcher.rank(
          prepared.query, options: options(limit: limit, counts: task.counts))
        rows.append(
          BenchReport.QueryRow(
            task: task, query: prepared.line, minimum: sample.minimum, median: sample.median,
            count: task.counts ? ranked.total : nil, countIsExact: ranked.relation == .equal,
            top: ranked.hits.map { ($0.key, $0.score) }))
      }
    }
    return rows
  }

  // MARK: Check

  /// Every answer of every task again by the exhaustive path: keys, score bits and counts.
  private func compareWithExhaustive() throws -> BenchReport.Check {
    var check = BenchReport.Check()
    var progress = Progress(quiet: quiet)
    for (index, prepared) in queries.enumerated() {
      let deepest = tasks.compactMap(\.limit).max() ?? Self.digestLimit
      let truth = try searcher.rank(
        prepared.query, options: options(limit: deepest, counts: true, strategy: .exhaustive))
      for task in tasks {
        check.queries += 1
        if let difference = try difference(task, prepared, truth) {
          check.differences.append("\(task), query \(prepared.line.id): \(difference)")
        }
      }
      progress.update("checked \(index + 1) of \(queries.count) queries")
    }
    progress.clear()
    return check
  }

  private func difference(_ task: BenchTask, _ prepared: Prepared, _ truth: RankedDocuments) throws
    -> String?
  {
    guard let limit = task.limit else {
      let count = try searcher.count(prepared.query, options: options(limit: 0, counts: true))
      return count == truth.total ? nil : "counted \(count), exhaustive \(truth.total)"
    }
    let ranked = try searcher.rank(
      prepared.query, options: options(limit: limit, counts: task.counts))
    let wanted = truth.hits.prefix(limit)
    if ranked.hits.count != wanted.count {
      return "\(ranked.hits.count) hits, exhaustive \(wanted.count)"
    }
    for (rank, (hit, other)) in zip(ranked.hits, wanted).enumerated()
    where hit.key != other.key || hit.score.bitPattern != other.score.bitPattern {
      return "rank \(rank + 1) is \(hit.key) with \(hit.score), "
        + "exhaustive \(other.key) with \(other.score)"
    }
    let isExact = ranked.relation == .equal
    if task.counts && !isExact { return "the count is not exact" }
    if isExact ? ranked.total != truth.total : ranked.total > truth.total {
      return "total \(ranked.total), exhaustive \(truth.total)"
    }
    return nil
  }
}
