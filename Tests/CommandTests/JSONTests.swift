import LedeCommand
import TestSupport
import Testing

@Suite struct JSONTests {
  @Test func writesNestedValues() {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("a")
      writer.number(1)
      writer.key("b")
      writer.array([nil, "x"] as [String?]) { $0.string($1) }
      writer.key("c")
      writer.object { _ in }
      writer.key("d")
      writer.array([] as [Int]) { $0.number($1) }
      writer.key("e")
      writer.bool(true)
      writer.key("f")
      writer.number(Double.nan)
    }
    #expect(writer.text == #"{"a":1,"b":[null,"x"],"c":{},"d":[],"e":true,"f":null}"#)
  }

  @Test func escapesControlCharacters() {
    var writer = JSONWriter()
    writer.string("\"\\\n\r\t\u{0}\u{1b}\u{7f}\u{85}\u{2028}é中")
    #expect(
      writer.text == #""\"\\\n\r\t\u0000\u001b\u007f\u0085\u2028é中""#)
  }

  @Test(arguments: testSeeds(7, 8))
  func readsBackWhatItWrites(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<500 {
      let scalars = (0..<random.below(20)).compactMap { _ in
        Unicode.Scalar(UInt32(random.below(random.chance(0.5) ? 0x100 : 0x11_0000)))
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      var writer = JSONWriter()
      writer.array([String(text)]) { $0.string($1) }
      let value = JSONValue(parsing: writer.text.utf8)
      #expect(value == .array([.string(String(text))]), "seed \(seed): \(writer.text)")
    }
  }

  @Test func floatsKeepTheirBits() {
    for value in [Float(7.6543217), .leastNonzeroMagnitude, 0.1, 1e-20, 123_456.79] {
      var writer = JSONWriter()
      writer.number(value)
      #expect(Float(writer.text)?.bitPattern == value.bitPattern)
    }
  }

  @Test func readsEscapesAndSurrogates() {
    #expect(JSONValue(parsing: #""\u00e9\ud83d\ude00\/\b""#.utf8) == .string("é😀/\u{8}"))
    #expect(JSONValue(parsing: #""\ud83dx""#.utf8) == .string("\u{fffd}x"))
    #expect(JSONValue(parsing: " [1, -2.5e3 , true,false,null] ".utf8)?.elements?.count == 5)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":}", "{a:1}", "\"open", "tru", "1 2", "[1 2]", "\"\\x\"", "nul",
    "{\"a\" 1}", "\"\\u12\"", "--1", "\u{1}",
  ])
  func refusesWhatIsNotJSON(text: String) {
    #expect(JSONValue(parsing: text.utf8) == nil)
  }

  @Test func refusesDeepNesting() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(JSONValue(parsing: deep.utf8) == nil)
    let allowed = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(JSONValue(parsing: allowed.utf8) != nil)
  }

  @Test(arguments: testSeeds(11))
  func damagedTextNeverTraps(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let line = Array(#"{"query": "+a \"b\" é", "tags": ["x", 1, null], "id": -1.5e3}"#.utf8)
    for _ in 0..<20_000 {
      var bytes = line
      for _ in 0...random.below(3) {
        bytes[random.below(bytes.count)] = UInt8(random.below(256))
      }
      bytes.removeLast(random.below(bytes.count))
      let value = JSONValue(parsing: bytes)
      if bytes.isEmpty { #expect(value == nil) }
    }
  }
}
