/// Lines of a TREC run: `topic Q0 document rank score tag`, fields separated by single spaces.
package enum TrecRun {
  package static let tag = "lede"

  /// One line of the run, without its end.
  package static func line(topic: String, document: String, rank: Int, score: Float) -> String {
    "\(field(topic)) Q0 \(field(document)) \(rank) \(score.description) \(tag)"
  }

  /// Spaces would split a field: they are percent-encoded, as are percent signs.
  package static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x25 || $0 == 0x7F }) else { return text }
    var result: [UInt8] = []
    for byte in text.utf8 {
      if byte <= 0x20 || byte == 0x25 || byte == 0x7F {
        result.append(contentsOf: "%\(hexadecimal(UInt64(byte), digits: 2))".utf8)
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
