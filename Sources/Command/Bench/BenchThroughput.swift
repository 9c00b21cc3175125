import Lede
import Synchronization

/// What a number of threads got done on one searcher at once.
struct Throughput {
  let task: BenchTask
  let threads: Int
  let queries: Int
  let nanoseconds: UInt64
  let latency: LatencySummary

  var queriesPerSecond: Double {
    nanoseconds > 0 ? 1e9 * Double(queries) / Double(nanoseconds) : 0
  }
}

/// Threads that take queries from one shuffled list until it is empty.
struct ThroughputRun: Sendable {
  let searcher: Searcher
  let queries: [Query]
  let options: @Sendable (BenchTask) -> SearchOptions

  /// Runs every query `rounds` times, by so many threads.
  func measure(
    _ task: BenchTask, threads: Int, rounds: Int, seed: UInt64
  ) throws -> Throughput {
    var generator = SeededGenerator(seed: seed)
    var order: [Int] = []
    for _ in 0..<rounds { order += queries.indices.shuffled(using: &generator) }
    let (fixedOrder, options) = (order, options(task))
    let next = Atomic<Int>(0)
    let start = Platform.nanoseconds()
    let samples = try inThreads(threads) { _ in
      var samples: [UInt64] = []
      while true {
        let place = next.add(1, ordering: .relaxed).oldValue
        guard place < fixedOrder.count else { return samples }
        let begin = Platform.nanoseconds()
        try perform(task, queries[fixedOrder[place]], options)
        samples.append(Platform.nanoseconds() &- begin)
      }
    }
    return Throughput(
      task: task, threads: threads, queries: order.count,
      nanoseconds: Platform.nanoseconds() &- start,
      latency: LatencySummary(of: samples.joined()))
  }

  /// The rank digests of all queries, by each of the threads at once.
  func digests(threads: Int, limit: Int) throws -> [UInt64] {
    var options = options(BenchTask(ranking: limit))
    options.limit = limit
    let fixedOptions = options
    return try inThreads(threads) { _ in
      var digest = RankDigest()
      for query in queries {
        for hit in try searcher.rank(query, options: fixedOptions).hits {
          digest.add(key: hit.key, score: hit.score)
        }
      }
      return digest.value
    }
  }

  private func perform(_ task: BenchTask, _ query: Query, _ options: SearchOptions) throws {
    if task.limit == nil {
      _ = try searcher.count(query, options: options)
    } else {
      _ = try searcher.ranking(query, options: options)
    }
  }

  /// The results of `body` on threads of their own, in the order of the threads.
  private func inThreads<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Value
  ) throws -> [Value] {
    let results = Mutex([Int: Result<Value, any Error>]())
    guard
      Platform.inThreads(
        count,
        { number in
          let result = Result { try body(number) }
          results.withLock { $0[number] = result }
        })
    else { throw CommandFailure("cannot start \(count) threads: \(Platform.lastError)") }
    let finished = results.withLock { $0 }
    return try finished.sorted { $0.key < $1.key }.map { try $0.value.get() }
  }
}
