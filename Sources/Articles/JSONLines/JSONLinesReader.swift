import LedeModel

/// Articles of a file in JSON Lines, one object per line.
final class JSONLinesReader: RecordReader {
  private let session: InputSession
  private var lines: LineScanner
  private let encoding: TextEncoding
  private let builder: JSONArticleBuilder
  /// A line that had to be decoded, with the parser's padding behind it.
  private var decoded: [UInt8] = []
  /// Hashes of the lines to come, the next one last.
  private var hashes: [UInt64] = []
  private static let linesHashedAtOnce = 32

  init(
    buffer: StreamBuffer, encoding: TextEncoding, session: InputSession,
    builder: JSONArticleBuilder
  ) {
    self.session = session
    self.encoding = encoding
    self.builder = builder
    lines = LineScanner(
      buffer: buffer, encoding: encoding, maximumLength: session.options.maximumRecordLength)
  }

  func next() throws(StreamFailure) -> RecordStep {
    while let line = try lines.next() {
      if line.isTooLong { return refuseTooLong(line) }
      if let step = read(line) { return step }
    }
    return .end
  }

  private func refuseTooLong(_ line: LineScanner.Line) -> RecordStep {
    let limit = session.options.maximumRecordLength
    note(
      .error, .recordTooLong, line,
      reason: "the record has \(line.length) bytes, more than the limit of \(limit)",
      remedy: "split the article, or raise the limit of a record's length")
    session.countRecord(length: Int(clamping: line.length), hash: 0, isRefused: true)
    return .refused
  }

  /// The article or refusal of a line; nil for a blank one.
  ///
  /// The hash is one that anyone can recompute from the record in five lines, and slow: it is taken
  /// of several lines at once, see ``FowlerNollVo/append(hashesOf:to:)``.
  private func read(_ line: LineScanner.Line) -> RecordStep? {
    let hash = hash(of: line)
    if encoding == .utf8 {
      guard line.bytes.contains(where: { !FormatSniffer.isSpace($0) }) else { return nil }
      return read(line, line.bytes, hash: hash)
    }
    decoded.removeAll(keepingCapacity: true)
    TextDecoder.decodeUTF16(line.bytes, bigEndian: encoding == .utf16BigEndian, into: &decoded)
    guard decoded.contains(where: { !FormatSniffer.isSpace($0) }) else { return nil }
    return readDecoded(line, hash: hash)
  }

  private func hash(of line: LineScanner.Line) -> UInt64 {
    if let known = hashes.popLast() { return known }
    FowlerNollVo.append(
      hashesOf: [line.bytes] + lines.peek(atMost: Self.linesHashedAtOnce - 1), to: &hashes)
    hashes.reverse()
    return hashes.removeLast()
  }

  private func readDecoded(_ line: LineScanner.Line, hash: UInt64) -> RecordStep {
    let count = decoded.count
    decoded.append(contentsOf: repeatElement(0, count: StreamBuffer.padding))
    defer { if decoded.capacity > 4 << 20 { decoded = [] } }
    return decoded.withUnsafeBytes { bytes in
      read(line, UnsafeRawBufferPointer(rebasing: bytes[..<count]), hash: hash)
    }
  }

  private func read(
    _ line: LineScanner.Line, _ text: UnsafeRawBufferPointer, hash: UInt64
  ) -> RecordStep {
    do throws(JSONParser.Failure) {
      let place = JSONArticleBuilder.Place(
        line: line.number, offset: line.offset, contentHash: hash)
      guard let article = try builder.article(from: text, at: place, session: session) else {
        session.countRecord(length: Int(clamping: line.length), hash: hash, isRefused: true)
        return .refused
      }
      session.countRecord(length: Int(clamping: line.length), hash: hash, isRefused: false)
      return .article(article)
    } catch {
      // simdjson's code for processors without vectors says so, too, of a backslash before a letter of
      // several bytes.
      let isDamaged = error.isEncoding && String(validating: text, as: UTF8.self) == nil
      if isDamaged { return repair(line, hash: hash) }
      let error = error.isEncoding ? JSONParser.Failure(code: 0, offset: error.offset) : error
      note(
        .error, .invalidJSON, line, at: error.offset, reason: error.reason,
        remedy: "write one JSON object per line")
      session.countRecord(length: Int(clamping: line.length), hash: hash, isRefused: true)
      return .refused
    }
  }

  private func repair(_ line: LineScanner.Line, hash: UInt64) -> RecordStep {
    decoded.removeAll(keepingCapacity: true)
    let (guess, damage) = TextDecoder.repair(line.bytes, into: &decoded)
    session.setEncoding(guess)
    note(
      .warning, .encoding, line, at: damage,
      reason: "the line is not UTF-8 and was read as \(guess.rawValue)",
      remedy: "convert the file with iconv if that guess is wrong")
    return readDecoded(line, hash: hash)
  }

  private func note(
    _ severity: Problem.Severity, _ kind: Problem.Kind, _ line: LineScanner.Line, at: Int? = nil,
    reason: String, remedy: String
  ) {
    session.note(
      Problem(
        severity, kind, path: session.path, line: line.number,
        offset: line.offset &+ UInt64(at ?? 0), reason: reason, remedy: remedy))
  }
}
