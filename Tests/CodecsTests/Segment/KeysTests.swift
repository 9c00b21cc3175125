import LedeCodecs
import LedeModel
import LedeStorage
import TestSupport
import Testing

/// Keys of every shape: numbered ones, sorted ones, such as share much and such as share nothing.
@Suite struct KeysTests {
  @Test(arguments: [1, 2, 16, 17, 127, 128, 129, 1500])
  func keysComeBackAndAreFound(count: Int) throws {
    for (name, keys) in shapes(count) { try expectAll(keys, "\(name), \(count) keys") }
  }

  @Test(arguments: testSeeds(51, 52, 53))
  func randomKeysComeBackAndAreFound(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let letters = Array("0019a#")
    for _ in 0..<30 {
      var keys: Set<String> = []
      for _ in 0..<generator.below(400) {
        let length = generator.below(generator.chance(0.1) ? 60 : 6)
        keys.insert(String((0..<length).map { _ in letters[generator.below(6)] }))
      }
      let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      try expectAll(sorted, "seed \(seed)")
      try expectAll(sorted.sorted(by: precedesAsNumbers), "seed \(seed)")
      try expectAll(Array(keys), "seed \(seed)")
    }
  }

  /// The order that the format describes, one token at a time.
  private func precedesAsNumbers(_ left: String, _ right: String) -> Bool {
    for (one, other) in zip(tokens(left), tokens(right)) where one != other {
      return one.lexicographicallyPrecedes(other)
    }
    return tokens(left).count < tokens(right).count
  }

  /// Tokens that order like those of a key: a byte, or a number by its digits.
  private func tokens(_ key: String) -> [[Int]] {
    var tokens: [[Int]] = []
    var rest = Array(key.utf8)[...]
    while let byte = rest.first {
      let digits = rest.prefix { (48...57).contains($0) }
      if digits.isEmpty {
        tokens.append([Int(byte)])
        rest = rest.dropFirst()
      } else {
        let number = digits.drop { $0 == 48 }
        tokens.append([48, number.count] + number.map(Int.init) + [digits.count])
        rest = rest.dropFirst(digits.count)
      }
    }
    return tokens
  }

  @Test func keysThatAscendNeedNoIndex() throws {
    // 40 blocks of 128: an offset, the first key, the run.
    let numbered = try size((0..<5000).map { "\($0)" })
    #expect(numbered < 24 + 40 * (4 + 1 + 4 + 2))
    #expect(try size((0..<5000).map { "news/\(1000 + $0 / 7).jsonl#\($0 % 7)" }) < 5000 * 4)
    // Others have a rank of 13 bits each, and pointers along cycles; a key that comes twice calls for an index.
    let others = (0..<5000).map { "\($0 * 4999 % 5000)" }
    #expect((5000 * 13 / 8..<2 * 5000).contains(try size(others)))
    #expect(try size(others + ["7"]) > 5000 * 4)
  }

  /// Damage under good checksums: answers may be wrong, but they come, or an error does.
  @Test func damagedKeysAreSurvived() throws {
    let keys = (0..<40).map { $0 < 20 ? "a\($0)" : "b#\($0 * $0)" }
    for keys in [keys, keys.reversed()] {
      let fileSystem = MemoryFileSystem()
      let reader = try SegmentValues(keys: keys).write(to: fileSystem)
      let size = try #require(reader.sections.first { $0.kind == .keys }).length
      let changes: [(UInt8) -> UInt8] = [
        { _ in 0 }, { _ in 0xff }, { $0 ^ 1 }, { $0 ^ 0x80 }, { $0 | 0xf0 },
      ]
      for offset in 0..<size {
        for change in changes {
          let copy = fileSystem.copy()
          try forge(copy, SegmentValues.path, kind: .segment, section: .keys) {
            $0[offset] = change($0[offset])
          }
          guard let damaged = try? SegmentValues.open(copy, docCount: 40) else { continue }
          for (doc, key) in keys.enumerated() {
            _ = try? damaged.keys.find(key)
            // Two ways to the same bytes, or error.
            let bytes = try? damaged.keys.bytes(of: UInt32(doc))
            let string = try? damaged.keys.key(of: UInt32(doc))
            #expect(string == bytes.map { String(decoding: $0, as: UTF8.self) })
          }
        }
      }
    }
  }

  // MARK: Support

  private func shapes(_ count: Int) -> [(String, [String])] {
    let numbers = 0..<count
    func padded(_ number: Int) -> String { String("\(100_000 + number)".dropFirst()) }
    return [
      ("numbers", numbers.map { "\($0)" }),
      ("numbers around a carry", numbers.map { "9\(990 + $0)" }),
      ("padded numbers", numbers.map { "x" + padded($0) }),
      ("pages", numbers.map { "\($0 / 9)#\($0 % 9)" }),
      ("pages of many parts", numbers.map { "archive/page-\($0 / 300).json#\(8 + $0 % 300)" }),
      ("gaps", numbers.map { "\($0 + $0 / 5)" }),
      ("falling", numbers.map { "\(count - $0)" }),
      ("one cycle", numbers.map { "\(($0 + 1) % count)" }),
      (
        "cycles of 33",
        numbers.map { "\($0 % 33 == 32 || $0 == count - 1 ? $0 / 33 * 33 : $0 + 1)" }
      ),
      ("paths", numbers.map { "news/\($0 * 7919 % 1009)/\($0).json#\($0 % 3)" }),
      ("no digit before the first", ["x"] + numbers.map { "x\($0 + 1)" }),
      ("long", numbers.map { String(repeating: "shared/", count: 9) + "\($0 * 7919)" }),
      ("hashes", numbers.map { String(UInt64($0) &* 0x9e37_79b9_7f4a_7c15, radix: 16) }),
      ("longer each", numbers.prefix(300).map { String(repeating: "y", count: $0) }),
    ]
  }

  private func size(_ keys: [String]) throws -> Int {
    let reader = try SegmentValues(keys: keys).write()
    return try #require(reader.sections.first { $0.kind == .keys }).length
  }

  private func expectAll(_ keys: [String], _ comment: String) throws {
    let reader = try SegmentValues(keys: keys).write()
    let present = Set(keys)
    for (doc, key) in keys.enumerated() {
      #expect(try reader.keys.key(of: UInt32(doc)) == key, "\(comment)")
      #expect(try reader.keys.bytes(of: UInt32(doc)) == Array(key.utf8), "\(comment)")
      #expect(try reader.keys.find(key) == UInt32(doc), "\(comment): \(key)")
      for other in [key + "0", key + "1", "0" + key, key + "#", String(key.dropLast()), "1" + key]
      where !present.contains(other) {
        #expect(try reader.keys.find(other) == nil, "\(comment): \(other)")
      }
    }
  }
}
