import DiskSimulation
import LedeArticles
import LedeSearching
import TestSupport

final class DateTarget: FuzzTarget {
  static let name = "date"
  private let seeds = [
    "2020-07-01T14:08:00+08:00", "Wed, 01 Jul 2020 06:08:00 GMT", "July 1, 2020 at 2:08 pm CST",
    "1 juillet 2020 à 14h08", "2020年7月1日 14:08", "01/07/2020 14:08", "20200701T140800Z",
    "1593583680", "1593583680000.5", "Wednesday, 01-Jul-20 06:08:00 EST", "2020. 7. 1. 오후 2:08",
    "Updated 2 July 2020", "1º de julho de 2020",
  ].map { Array($0.utf8) }
  private let contexts = [
    ZoneContext(), ZoneContext(surroundings: "Chicago", language: "en"),
    ZoneContext(url: "https://a.cn/x", language: "zh"), ZoneContext(language: "de"),
  ]

  init() {}

  func run(_ random: inout SplitMix64) throws -> Bool {
    var bytes = seeds[random.below(seeds.count)]
    ByteMutator.mutate(&bytes, seeds[random.below(seeds.count)], &random)
    let text = String(decoding: bytes, as: UTF8.self)
    let date = DateParser.date(text, in: contexts[random.below(contexts.count)])
    _ = date?.iso8601
    _ = DateParser.epoch(text)?.iso8601
    return date != nil
  }
}

/// The parser of queries, and a search for what it makes of them.
final class QueryTarget: FuzzTarget {
  static let name = "query"
  private let searcher: Searcher
  private let seeds = [
    "+strike +\"pay rise\" -metal", "title:market the all", "\"all again\" third text:cafe",
    "中国氧化铝 \"running the\"", "-title:\"the market\" w3", "café naïve: + - \"\" all",
    "a\"b\"c +\"+x\" title:title:all",
  ].map { Array($0.utf8) }

  init() throws {
    let seed = try SeedIndex(SeedIndex.Shape(articles: 60, deleted: [2]))
    searcher = try Searcher.open(
      directory: SeedIndex.directory, fileSystem: SimulatedDisk(seed.files))
  }

  func run(_ random: inout SplitMix64) throws -> Bool {
    var bytes = seeds[random.below(seeds.count)]
    ByteMutator.mutate(&bytes, seeds[random.below(seeds.count)], &random)
    if random.chance(0.01) {
      bytes = (0..<(1 << random.below(13))).flatMap { _ in bytes }
    }
    let query: Query
    do {
      query = try QueryParser.parse(String(decoding: bytes, as: UTF8.self))
    } catch { return false }
    guard random.chance(0.3) else { return true }
    do {
      let pruned = try searcher.rank(query, options: SearchOptions(limit: 20))
      let all = try searcher.rank(query, options: SearchOptions(limit: 20, strategy: .exhaustive))
      guard pruned.hits == all.hits else {
        throw Fuzzing.WrongAnswer(description: "the paths differ on \(bytes)")
      }
    } catch is SearchError { return false }
    return true
  }
}
