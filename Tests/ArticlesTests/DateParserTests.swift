import LedeArticles
import LedeModel
import TestSupport
import Testing

/// Each row: what a source writes, and what it means.
private let rows: [(text: String, iso: String)] = [
  // The archetype.
  ("Jul 1,2020 14:08CST", "2020-07-01T14:08:00+08:00"),
  // ISO 8601.
  ("2020-07-01", "2020-07-01"),
  ("2020-07-01T14:08:05Z", "2020-07-01T14:08:05Z"),
  ("2020-07-01T14:08:05.123456+08:00", "2020-07-01T14:08:05+08:00"),
  ("2020-07-01T14:08:05,5-0330", "2020-07-01T14:08:05-03:30"),
  ("2020-07-01 14:08:05", "2020-07-01T14:08:05"),
  ("2020-07-01 14:08", "2020-07-01T14:08:00"),
  ("2020-07-01 14:08:05 +0000", "2020-07-01T14:08:05Z"),
  ("2020-07-01T14:08:05+00", "2020-07-01T14:08:05Z"),
  ("2020-07-01 14:08:05 UTC", "2020-07-01T14:08:05Z"),
  ("20200701", "2020-07-01"),
  ("20200701T140805Z", "2020-07-01T14:08:05Z"),
  ("20200701140805", "2020-07-01T14:08:05"),
  ("202007011408", "2020-07-01T14:08:00"),
  ("2016-11-12 11:53:30", "2016-11-12T11:53:30"),
  ("2005-01-15T00:00:00", "2005-01-15T00:00:00"),
  // Mail and HTTP.
  ("Wed, 01 Jul 2020 14:08:05 +0800", "2020-07-01T14:08:05+08:00"),
  ("Wed, 1 Jul 2020 14:08:05 -0500 (CDT)", "2020-07-01T14:08:05-05:00"),
  ("Wed, 1 Jul 2020 14:08:05 -0500 (Central Daylight Time)", "2020-07-01T14:08:05-05:00"),
  ("1 Jul 20 14:08 GMT", "2020-07-01T14:08:00Z"),
  ("Wednesday, 01-Jul-20 14:08:05 GMT", "2020-07-01T14:08:05Z"),
  ("Wed Jul  1 14:08:05 2020", "2020-07-01T14:08:05"),
  ("Wed Jul  1 14:08:05 UTC 2020", "2020-07-01T14:08:05Z"),
  // English.
  ("Jul 1, 2020", "2020-07-01"), ("July 1st, 2020", "2020-07-01"), ("1 July 2020", "2020-07-01"),
  ("1st of July 2020", "2020-07-01"), ("Jul. 1, 2020", "2020-07-01"),
  ("Wednesday, July 1, 2020", "2020-07-01"),
  ("Published: July 1, 2020 at 2:08 pm", "2020-07-01T14:08:00"),
  ("Published July 1, 2020, updated July 2, 2020 9:00", "2020-07-01"),
  ("July 1, 2020 12:05 a.m. EDT", "2020-07-01T00:05:00-04:00"),
  ("July 1, 2020 12:05PM ET", "2020-07-01T12:05:00-05:00"),
  ("14:08, 1 July 2020", "2020-07-01T14:08:00"),
  ("1408 GMT, 1 July 2020", "2020-07-01T14:08:00Z"),
  ("14:08 BST, 1 July 2020", "2020-07-01T14:08:00+01:00"),
  ("Posted on 2020/07/01 14:08 (GMT+8)", "2020-07-01T14:08:00+08:00"),
  ("Sept 9, 2020", "2020-09-09"), ("2020 July 1", "2020-07-01"), ("2020-Jul-01", "2020-07-01"),
  ("1 July 2020 – 14:08 Beijing time", "2020-07-01T14:08:00+08:00"),
  // Numbers with signs.
  ("2020/07/01", "2020-07-01"), ("2020/7/1 14:08", "2020-07-01T14:08:00"),
  ("2020.07.01", "2020-07-01"), ("07/25/2020", "2020-07-25"), ("25/07/2020", "2020-07-25"),
  ("07/01/2020", "2020-07-01"), ("01.07.2020", "2020-07-01"),
  (
    "1.7.2020, 14:08 Uhr",
    "2020-07-01T14:08:00"
  ),
  // Chinese, Japanese, Korean.
  ("2020年7月1日 14:08", "2020-07-01T14:08:00"), ("2020年07月01日", "2020-07-01"),
  ("2020年7月1日14时08分", "2020-07-01T14:08:00"),
  ("2020年7月1日14时08分05秒", "2020-07-01T14:08:05"),
  ("发布时间：2020年7月1日 星期三 下午2:08", "2020-07-01T14:08:00"),
  ("2020年7月1日 14:08 北京时间", "2020-07-01T14:08:00+08:00"),
  ("２０２０年７月１日　１４：０８", "2020-07-01T14:08:00"),
  ("2020年7月1日(水) 14時08分", "2020-07-01T14:08:00"),
  ("2020년 7월 1일 오후 2:08", "2020-07-01T14:08:00"),
  // German.
  ("1. Juli 2020", "2020-07-01"), ("Mittwoch, 1. Juli 2020, 14:08 Uhr", "2020-07-01T14:08:00"),
  ("Veröffentlicht am 1. März 2020 um 14.08 Uhr", "2020-03-01T14:08:00"),
  ("Stand: 01.07.2020 14:08 Uhr", "2020-07-01T14:08:00"), ("3. Jänner 2021", "2021-01-03"),
  ("1. Juli 2020, 14:08 MESZ", "2020-07-01T14:08:00+02:00"),
  // French.
  ("1er juillet 2020", "2020-07-01"), ("mercredi 1er juillet 2020 à 14h08", "2020-07-01T14:08:00"),
  ("Publié le 12 août 2020 à 9 h 05", "2020-08-12T09:05:00"), ("3 FÉVRIER 2020", "2020-02-03"),
  ("Publié le 1 déc. 2020 à 14h08, mis à jour le 2 déc. 2020", "2020-12-01T14:08:00"),
  // Spanish and the neighbours.
  ("1 de julio de 2020", "2020-07-01"),
  (
    "miércoles, 1 de julio de 2020 14:08 h",
    "2020-07-01T14:08:00"
  ),
  ("mar. 7 abr. 2020", "2020-04-07"), ("7 mar 2020", "2020-03-07"), ("mar 7 2020", "2020-03-07"),
  ("1 luglio 2020", "2020-07-01"), ("1 de março de 2020", "2020-03-01"),
  // Numbers since 1970.
  ("1593583680", "2020-07-01T06:08:00Z"), ("1593583680123", "2020-07-01T06:08:00Z"),
  ("1593583680.5", "2020-07-01T06:08:00Z"),
  // Leap days and the ends of the calendar.
  ("2020-02-29", "2020-02-29"), ("0001-01-01", "0001-01-01"), ("9999-12-31", "9999-12-31"),
]

private let noDates = [
  "", " ", "July 2020", "2020", "CACM July, 1962", "yesterday", "2 hours ago", "2019-02-29",
  "2020-13-01", "2020-00-10", "31 April 2020", "2020-07-01T25:00", "2020-07-01 14:60", "14:08",
  "In July 2020 the plant opened", "1 July 2020 was a Wednesday", "2020-07-01 13:08 pm",
  "2020-07/01", "1-2-3", "12345", "999999999999999999999", "2020-07-01T14:08+99:00",
  "July 1, 2020 | Reuters", "Jul 1", "1,200,000", "10/11", "-", "CST", "T", "+08:00",
]

@Suite struct DateParserTests {
  @Test(arguments: rows) func reads(row: (text: String, iso: String)) {
    #expect(DateParser.date(row.text, in: ZoneContext())?.iso8601 == row.iso, "\(row.text)")
  }

  @Test(arguments: noDates) func refuses(text: String) {
    let found = DateParser.date(text, in: ZoneContext())
    #expect(found == nil, "\(text) was read as \(found?.iso8601 ?? "")")
  }

  @Test func precisionIsWhatTheSourceStated() {
    func precision(_ text: String) -> ArticleDate.Precision? {
      DateParser.date(text, in: ZoneContext())?.precision
    }
    #expect(precision("2020-07-01") == .day)
    #expect(precision("2020-07-01 14:08") == .minute)
    #expect(precision("2020-07-01 14:08:00") == .second)
    #expect(precision("1593583680") == .second)
  }

  /// `CST` is two zones: the surroundings decide.
  @Test(arguments: [
    ("Jul 1,2020 14:08CST", "China Nonferrous Metals Daily", "", "+08:00"),
    ("Jul 1,2020 14:08 CST", "", "", "+08:00"),
    ("July 1, 2020 2:08 p.m. CST", "", "", "-06:00"),
    ("July 1, 2020 2:08 p.m. CST", "Shanghai Daily", "", "+08:00"),
    ("July 1, 2020 2:08 p.m. CST", "上海证券报", "", "+08:00"),
    ("Jul 1, 2020 14:08 CST", "Chicago Sun", "", "-06:00"),
    ("Jul 1, 2020 14:08 CST", "", "https://news.example.us/a", "-06:00"),
    ("Jul 1, 2020 14:08 CST", "Texas Steel", "https://www.example.cn/a", "+08:00"),
    ("Jul 1, 2020 14:08 CST", "Machinations", "", "+08:00"),
  ])
  func centralTimeByContext(text: String, source: String, url: String, zone: String) {
    let context = ZoneContext(surroundings: source, url: url)
    let date = DateParser.date(text, in: context)
    #expect(date?.iso8601 == "2020-07-01T14:08:00" + zone)
  }

  @Test func centralTimeByOption() {
    for (option, zone) in [
      (ArticleReaderOptions.CentralTime.america, "-06:00"), (.china, "+08:00"),
    ] {
      let context = ZoneContext(surroundings: "Texas, China", centralTime: option)
      let date = DateParser.date("July 1, 2020 2:08 pm CST", in: context)
      #expect(date?.iso8601 == "2020-07-01T14:08:00" + zone)
    }
  }

  @Test func dayOrMonthFirst() {
    func day(_ language: String, _ url: String = "") -> String? {
      DateParser.date("03/04/2020", in: ZoneContext(url: url, language: language))?.dayString
    }
    #expect(day("") == "2020-03-04")
    #expect(day("en") == "2020-03-04")
    #expect(day("en-US") == "2020-03-04")
    #expect(day("fr") == "2020-04-03")
    #expect(day("es-MX") == "2020-04-03")
    #expect(day("en", "https://www.example.co.uk/x") == "2020-04-03")
  }

  @Test(arguments: [
    ("1593583680", "2020-07-01T06:08:00Z"), ("1593583680123", "2020-07-01T06:08:00Z"),
    ("1593583680123456", "2020-07-01T06:08:00Z"), ("1593583680123456789", "2020-07-01T06:08:00Z"),
    ("20200701", "2020-07-01"),
  ])
  func numbers(text: String, iso: String) {
    #expect(DateParser.epoch(text)?.iso8601 == iso)
  }

  @Test(arguments: ["0", "-1", "2020", "1e9", "nan", "", "99999999", "9999999999999999999"])
  func numbersThatAreNoDates(text: String) { #expect(DateParser.epoch(text) == nil) }

  /// Whatever a style writes, reading it gives the same instant.
  @Test(arguments: testSeeds(1, 2)) func stylesAgree(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let months = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    for _ in 0..<500 {
      let (y, m) = (1900 + random.below(200), 1 + random.below(12))
      let (d, h, min) = (1 + random.below(28), random.below(24), random.below(60))
      let expected = try #require(
        ArticleDate(year: y, month: m, day: d, hour: h, minute: min, precision: .minute))
      let time = "\(h):\(min < 10 ? "0" : "")\(min)"
      let styles = [
        "\(months[m - 1]) \(d), \(y) \(time)", "\(d) \(months[m - 1].prefix(3)) \(y) \(time)",
        "\(y)/\(m)/\(d) \(time)", "\(y)年\(m)月\(d)日\(time)", "\(d).\(m).\(y) \(time)",
        expected.iso8601.prefix(16) + "",
      ]
      for style in styles {
        #expect(DateParser.date(style, in: ZoneContext()) == expected, "seed \(seed): \(style)")
      }
    }
  }

  /// Mutilated dates are read as something or nothing, but never trap.
  @Test(arguments: testSeeds(3, 4)) func mutilatedDatesAreHarmless(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var read = 0
    for round in 0..<3000 {
      var scalars = Array(rows[random.below(rows.count)].text.unicodeScalars)
      for _ in 0...random.below(3) {
        let place = random.below(scalars.count)
        let other = Array(rows[random.below(rows.count)].text.unicodeScalars)
        switch random.below(3) {
        case 0: scalars.remove(at: place)
        case 1: scalars[place] = other[random.below(other.count)]
        default: scalars.insert(contentsOf: other.prefix(random.below(12)), at: place)
        }
        if scalars.isEmpty { scalars = ["1"] }
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      guard let date = DateParser.date(text, in: ZoneContext()) else { continue }
      read += 1
      let isInRange = (-62_200_000_000...253_500_000_000_000).contains(date.secondsSince1970)
      #expect(isInRange, "seed \(seed), round \(round): \(text)")
    }
    #expect(read > 100, "seed \(seed): hardly any mutilated date was still one")
  }
}
