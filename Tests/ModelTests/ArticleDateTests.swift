import LedeModel
import TestSupport
import Testing

@Suite struct ArticleDateTests {
  /// Every day of 800 years, counted one by one, against the closed formulas.
  @Test func daysCountUpOneByOne() throws {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    let first = try #require(ArticleDate(year: 1600, month: 1, day: 1))
    var seconds = first.secondsSince1970
    #expect(seconds == -11_676_096_000)
    for year in 1600..<2400 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for month in 1...12 {
        let length = lengths[month - 1] + (month == 2 && isLeap ? 1 : 0)
        for day in 1...length {
          let date = ArticleDate(year: year, month: month, day: day)
          #expect(date?.secondsSince1970 == seconds)
          seconds += 86_400
        }
        #expect(ArticleDate(year: year, month: month, day: length + 1) == nil)
      }
    }
  }

  @Test(arguments: [
    (2020, 7, 1, "2020-07-01"), (1969, 12, 31, "1969-12-31"), (1, 1, 1, "0001-01-01"),
    (9999, 12, 31, "9999-12-31"), (2000, 2, 29, "2000-02-29"),
  ])
  func dayString(year: Int, month: Int, day: Int, text: String) {
    #expect(ArticleDate(year: year, month: month, day: day)?.dayString == text)
    #expect(ArticleDate(year: year, month: month, day: day)?.iso8601 == text)
  }

  @Test func zoneMovesTheInstantAndNotTheWriting() throws {
    let local = try #require(
      ArticleDate(
        year: 2020, month: 7, day: 1, hour: 0, minute: 30, offsetMinutes: 480, precision: .minute))
    let utc = try #require(
      ArticleDate(
        year: 2020, month: 6, day: 30, hour: 16, minute: 30, offsetMinutes: 0, precision: .minute))
    #expect(local.secondsSince1970 == utc.secondsSince1970)
    #expect(local.iso8601 == "2020-07-01T00:30:00+08:00")
    #expect(utc.iso8601 == "2020-06-30T16:30:00Z")
    #expect(local.dayString == "2020-07-01")
  }

  @Test func westernAndHalfHourZones() throws {
    let date = try #require(
      ArticleDate(
        year: 2020, month: 1, day: 1, hour: 2, minute: 3, second: 4, offsetMinutes: -210,
        precision: .second))
    #expect(date.iso8601 == "2020-01-01T02:03:04-03:30")
  }

  @Test func fieldsOutOfRangeAreRefused() {
    #expect(ArticleDate(year: 0, month: 1, day: 1) == nil)
    #expect(ArticleDate(year: 10_000, month: 1, day: 1) == nil)
    #expect(ArticleDate(year: 2019, month: 2, day: 29) == nil)
    #expect(ArticleDate(year: 1900, month: 2, day: 29) == nil)
    #expect(ArticleDate(year: 2020, month: 1, day: 0) == nil)
    #expect(ArticleDate(year: 2020, month: 1, day: 1, hour: 24, precision: .minute) == nil)
    #expect(ArticleDate(year: 2020, month: 1, day: 1, offsetMinutes: 1441) == nil)
  }

  /// Dates come out of index files as any 64 bits.
  @Test(arguments: testSeeds(7)) func anyBitsPrint(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for seconds in [Int64.min, Int64.max, 0, -1]
      + (0..<500).map({ _ in
        Int64(bitPattern: random.next())
      })
    {
      let date = ArticleDate(
        secondsSince1970: seconds, offsetMinutes: Int16(truncatingIfNeeded: random.next()),
        precision: .second)
      #expect(date.iso8601.utf8.count >= 19, "seed \(seed), \(seconds)")
    }
  }
}
