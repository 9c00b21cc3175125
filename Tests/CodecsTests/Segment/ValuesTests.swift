import LedeCodecs
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// Keys, columns, lengths and sequence numbers of one segment against plain arrays.
@Suite struct ValuesTests {
  private typealias Values = SegmentValues

  @Test(arguments: [0, 1, 2, 3, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1000])
  func everyValueComesBack(count: Int) throws {
    for seed in testSeeds(21, 22) {
      var generator = SplitMix64(seed: seed)
      let values = random(count, using: &generator)
      let reader = try values.write()
      for doc in 0..<UInt32(count) {
        let article = values.articles[Int(doc)]
        let comment: Comment = "seed \(seed), document \(doc) of \(count)"
        #expect(try reader.keys.key(of: doc) == article.key, comment)
        #expect(try reader.keys.find(article.key) == doc, comment)
        #expect(reader.columns.date(doc) == article.date, comment)
        #expect(try reader.columns.source(doc) == article.source, comment)
        #expect(try reader.columns.category(doc) == article.category, comment)
        #expect(try reader.columns.language(doc) == article.language, comment)
        #expect(reader.lengths(.text).value(doc) == values.text[Int(doc)], comment)
        #expect(reader.lengths(.title).value(doc) == values.title[Int(doc)], comment)
        #expect(reader.sequence(of: doc) == values.sequences[Int(doc)], comment)
      }
      #expect(try reader.keys.find("absent") == nil)
      #expect(try reader.keys.find("") == nil)
      #expect(reader.sumLength(.text) == values.text.reduce(0) { $0 + UInt64($1) })
      #expect(reader.sumLength(.title) == values.title.reduce(0) { $0 + UInt64($1) })
      #expect(
        reader.sequences.isAscending
          == zip(values.sequences, values.sequences.dropFirst())
          .allSatisfy { $0 < $1 })
    }
  }

  @Test func lengthsAreExactAroundTheEscape() throws {
    let lengths: [UInt32] = [0, 1, 65_533, 65_534, 65_535, 65_536, 1 << 24, .max, 5]
    var values = Values()
    for (index, length) in lengths.enumerated() {
      values.articles.append(Article(key: "\(index)"))
      values.text.append(length)
      values.title.append(lengths[lengths.count - 1 - index])
      values.sequences.append(UInt64(index))
    }
    let reader = try values.write()
    for (doc, length) in lengths.enumerated() {
      #expect(reader.lengths(.text).value(UInt32(doc)) == length)
      #expect(reader.lengths(.title).value(UInt32(doc)) == values.title[doc])
      #expect(reader.lengths(.text).base[doc] == UInt16(clamping: length))
    }
  }

  @Test func sequencesOfEveryWidth() throws {
    let cases: [([UInt64], Bool)] = [
      ([7, 8, 9], true), ([7, 9, 10], true), ([9, 8, 7], false), ([5, 5], false),
      ([0, 1 << 32], true), ([.max, 0], false), ([.max - 1, .max], true), ([3], true), ([], true),
    ]
    for (sequences, isAscending) in cases {
      var values = Values()
      for (index, sequence) in sequences.enumerated() {
        values.articles.append(Article(key: "\(index)"))
        values.text.append(1)
        values.title.append(1)
        values.sequences.append(sequence)
      }
      let reader = try values.write()
      #expect(reader.sequences.isAscending == isAscending)
      #expect(sequences.indices.map { reader.sequence(of: UInt32($0)) } == sequences)
    }
  }

  @Test func aRepeatedKeyBelongsToItsLastDocument() throws {
    var values = Values()
    for (index, key) in ["a", "b", "a", "", "c", "a", ""].enumerated() {
      values.articles.append(Article(key: key))
      values.text.append(0)
      values.title.append(0)
      values.sequences.append(UInt64(index))
    }
    let reader = try values.write()
    #expect(try reader.keys.find("a") == 5)
    #expect(try reader.keys.find("b") == 1)
    #expect(try reader.keys.find("") == 6)
    #expect(try reader.keys.key(of: 0) == "a")
  }

  /// 255, 256, 65,535 and 65,536 distinct strings: the edges of the ordinals' widths.
  @Test(arguments: [255, 256, 65_535, 65_536])
  func ordinalsOfEveryWidth(distinct: Int) throws {
    var values = Values()
    for index in 0...distinct {
      let source = index == distinct ? nil : "source \(distinct - index)"
      values.articles.append(Article(key: "\(index)", source: source))
      values.text.append(1)
      values.title.append(0)
      values.sequences.append(UInt64(index))
    }
    let column = try values.write().columns.sources
    #expect(column.stringCount == distinct)
    for doc in stride(from: 0, through: distinct, by: max(1, distinct / 300)) {
      #expect(try column.value(UInt32(doc)) == values.articles[doc].source)
    }
    #expect(column.ordinal(UInt32(distinct)) == 0)
    // Ordinals order like the strings, which is what sorting and facets rely on.
    let strings = try (1...UInt32(min(distinct, 300))).map { try column.string(ordinal: $0) }
    #expect(strings == strings.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  @Test func datesKeepPrecisionAndZone() throws {
    let dates: [ArticleDate?] = [
      nil, ArticleDate(secondsSince1970: 0, precision: .day),
      ArticleDate(secondsSince1970: -1, offsetMinutes: 0, precision: .second),
      ArticleDate(secondsSince1970: .min + 1, offsetMinutes: -1440, precision: .minute),
      ArticleDate(secondsSince1970: .max, offsetMinutes: .max, precision: .second),
    ]
    var values = Values()
    for (index, date) in dates.enumerated() {
      values.articles.append(Article(key: "\(index)", date: date))
      values.text.append(1)
      values.title.append(1)
      values.sequences.append(UInt64(index))
    }
    let columns = try values.write().columns
    #expect(dates.indices.map { columns.date(UInt32($0)) } == dates)
    let seconds = try #require(columns.dates.seconds)
    #expect(seconds[0] == .min && seconds[2] == -1)
  }

  /// Columns and lengths that say nothing take no room, however many documents there are.
  @Test func valuesThatAreAllAbsentOrEqualTakeNoRoom() throws {
    for (source, date) in [
      (nil, nil), ("Daily", nil), ("Daily", ArticleDate(secondsSince1970: 5, precision: .day)),
    ] as [(String?, ArticleDate?)] {
      var values = Values()
      for index in 0..<5000 {
        values.articles.append(Article(key: "\(index)", date: date, source: source))
        values.text.append(UInt32(index % 9))
        values.title.append(0)
        values.sequences.append(UInt64(index))
      }
      let reader = try values.write()
      let sizes = Dictionary(uniqueKeysWithValues: reader.sections)
      #expect(
        sizes[.columns] == 8 + 4 * 24 + 3 * 16 + (source == nil ? 0 : 8)
          + (date == nil ? 0 : 55_000))
      #expect(sizes[.lengths] == 24 + 10_000)
      for doc in [0, 1, 4999] as [UInt32] {
        #expect(try reader.columns.source(doc) == source)
        #expect(reader.columns.date(doc) == date)
        #expect(reader.lengths(.title).value(doc) == 0)
        #expect(reader.lengths(.title).base[Int(doc)] == 0)
        #expect(reader.lengths(.text).value(doc) == doc % 9)
      }
    }
  }

  // MARK: Support

  private func random(_ count: Int, using generator: inout SplitMix64) -> Values {
    var values = Values()
    var sequence: UInt64 = 0
    for index in 0..<count {
      var article = Article(key: "key/\(generator.next())/\(index)")
      if generator.chance(0.7) {
        article.date = ArticleDate(
          secondsSince1970: Int64(bitPattern: generator.next() >> 20),
          offsetMinutes: generator.chance(0.5) ? Int16(generator.below(1440)) - 720 : nil,
          precision: .init(rawValue: UInt8(generator.below(3))) ?? .day)
      }
      if generator.chance(0.8) { article.source = "source \(generator.below(300))" }
      if generator.chance(0.5) { article.category = ["", "é", "中", "z"][generator.below(4)] }
      if generator.chance(0.2) { article.language = "en" }
      values.articles.append(article)
      values.text.append(generator.chance(0.01) ? 1 << 20 : UInt32(generator.below(70_000)))
      values.title.append(UInt32(generator.below(20)))
      sequence += 1 + UInt64(generator.below(3))
      values.sequences.append(sequence)
    }
    return values
  }
}
