import CLedeUnicode
import Foundation
import LedeAnalysis
import Testing

/// One line of WordBreakTest.txt: characters, and before which of them a boundary lies.
private struct WordBreakLine: CustomStringConvertible {
  var number: Int
  var scalars: [Unicode.Scalar] = []
  /// Indices into `scalars`, the end included.
  var boundaries: [Int] = []

  var description: String { "line \(number)" }

  /// The segments as text.
  var segments: [String] {
    zip(boundaries, boundaries.dropFirst()).map { start, end in
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[start..<end])
      return String(text)
    }
  }

  init?(number: Int, line: Substring) {
    self.number = number
    for field in line.prefix(while: { $0 != "#" }).split(whereSeparator: \.isWhitespace) {
      switch field {
      case "÷": boundaries.append(scalars.count)
      case "×": break
      default:
        guard let value = UInt32(field, radix: 16), let scalar = Unicode.Scalar(value)
        else { return nil }
        scalars.append(scalar)
      }
    }
    if scalars.isEmpty { return nil }
  }

  static func all() throws -> [WordBreakLine] {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/WordBreakTest", withExtension: "txt"))
    let text = try String(contentsOf: url, encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
      WordBreakLine(number: $0.offset + 1, line: $0.element)
    }
  }
}

@Suite struct WordBreakConformanceTests {
  @Test func rulesPassEveryLine() throws {
    let lines = try WordBreakLine.all()
    #expect(lines.count == 1823)
    let breaker = try #require(lede_word_breaker_open())
    defer { lede_word_breaker_close(breaker) }
    for line in lines {
      let units = line.segments.joined().utf16.map { $0 }
      var found = [Int32](repeating: -1, count: units.count + 1)
      let count = lede_word_breaker_boundaries(breaker, units, Int32(units.count), &found)
      var expected: [Int32] = [0]
      for segment in line.segments {
        expected.append(expected[expected.count - 1] + Int32(segment.utf16.count))
      }
      #expect(Array(found.prefix(Int(max(count, 0)))) == expected, "\(line)")
    }
  }

  /// Words and unigrams of a line are those of its segments, one after the other.
  @Test(arguments: [
    Analyzer.Options(), .init(usesBytePath: false), .init(usesBytePath: false, windowSize: 2),
    .init(windowSize: 3),
  ])
  func analyzerFollowsEveryLine(options: Analyzer.Options) throws {
    let analyzer = try Analyzer(language: .none, options: options)
    let reference = try Analyzer(language: .none, options: .init(usesBytePath: false))
    for line in try WordBreakLine.all() {
      var expected: [Occurrence] = []
      var start: UInt32 = 0
      for segment in line.segments {
        for var token in reference.occurrences(in: segment) where token.kind != .bigram {
          token.position = UInt32(expected.count)
          token.source = start + token.source.lowerBound..<start + token.source.upperBound
          token.startsRun = false
          expected.append(token)
        }
        start += UInt32(segment.utf8.count)
      }
      let found = analyzer.occurrences(in: line.segments.joined()).filter { $0.kind != .bigram }
        .map { token in
          var token = token
          token.startsRun = false
          return token
        }
      #expect(found == expected, "\(line)")
    }
  }

  @Test func rulesCompiledAheadOfTimeAreTheRules() {
    var size: Int32 = 0
    let precompiled = lede_word_rules_precompiled(&size)
    // Another ICU compiles at run time instead, and must not use this form.
    guard lede_word_rules_are_precompiled() else { return }
    var compiled = [UInt8](repeating: 0, count: Int(size))
    #expect(lede_word_rules_compile(&compiled, size) == size)
    #expect(compiled == Array(UnsafeBufferPointer(start: precompiled, count: Int(size))))
  }

  /// Every ASCII text of up to four characters of different behaviour.
  @Test func bytePathEqualsRulesOnAllShortTexts() throws {
    let fast = try Analyzer(language: .none)
    let slow = try Analyzer(language: .none, options: .init(usesBytePath: false))
    let alphabet = Array("aB7_:.',;\" -\n".utf8)
    var texts: [[UInt8]] = [[]]
    for _ in 0..<4 {
      texts = texts.flatMap { text in alphabet.map { text + [$0] } }
      for text in texts {
        let (left, right) = (fast.occurrences(in: text), slow.occurrences(in: text))
        if left != right {
          Issue.record("\(String(decoding: text, as: UTF8.self)): \(left) \(right)")
        }
      }
    }
    #expect(texts.count == 28561)
  }
}
