import LedeAnalysis

/// What a test compares of a token: everything but where its bytes lie.
struct Occurrence: Hashable, CustomStringConvertible {
  /// Bytes, because strings are equal when they are only canonically so.
  var bytes: [UInt8]
  var kind: Token.Kind
  var startsRun: Bool
  var position: UInt32
  var source: Range<UInt32>

  var term: String { String(decoding: bytes, as: UTF8.self) }

  var description: String { "\(kind) '\(term)' at \(position) from \(source)" }
}

extension Analyzer {
  /// The tokens of bytes, from position 0 on.
  func occurrences(in bytes: [UInt8]) -> [Occurrence] {
    var batch = TokenBatch()
    bytes.withUnsafeBufferPointer { analyze($0, into: &batch) }
    return batch.occurrences
  }

  func occurrences(in text: String) -> [Occurrence] { occurrences(in: Array(text.utf8)) }

  /// Terms of words and unigrams, without bigrams.
  func terms(in text: String) -> [String] {
    occurrences(in: text).filter { $0.kind != .bigram }.map(\.term)
  }

  func surface(of text: String) -> String {
    var bytes: [UInt8] = []
    Array(text.utf8).withUnsafeBufferPointer { surface(of: $0, into: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  func stemClass(of surface: String) -> String {
    var bytes: [UInt8] = []
    Array(surface.utf8).withUnsafeBufferPointer { stemClass(ofSurface: $0, into: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  func fold(_ surface: String) -> String {
    var bytes: [UInt8] = []
    Array(surface.utf8).withUnsafeBufferPointer { fold($0, into: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension TokenBatch {
  var occurrences: [Occurrence] {
    tokens.map {
      Occurrence(
        bytes: Array(bytes[termRange(of: $0)]), kind: $0.kind, startsRun: $0.startsRun,
        position: $0.position,
        source: $0.sourceStart..<$0.sourceEnd)
    }
  }
}
