import LedeModel

/// The one article of a plain text file.
final class TextFileReader: RecordReader {
  private let buffer: StreamBuffer
  private let encoding: TextEncoding
  private let session: InputSession
  private var isDone = false

  init(buffer: StreamBuffer, encoding: TextEncoding, session: InputSession) {
    self.buffer = buffer
    self.encoding = encoding
    self.session = session
  }

  func next() throws(StreamFailure) -> RecordStep {
    if isDone { return .end }
    isDone = true
    let start = buffer.offset
    let limit = session.options.maximumRecordLength
    while buffer.count <= limit, try buffer.fill() {}
    guard buffer.count <= limit else { return refuseTooLong() }
    let bytes = buffer.bytes
    let hash = FowlerNollVo.hash(bytes)
    var decoded: [UInt8] = []
    let text = decode(bytes, into: &decoded)
    let article =
      text == nil
      ? decoded.withUnsafeBytes { makeArticle(of: $0, at: start, hash: hash) }
      : makeArticle(of: bytes, at: start, hash: hash)
    guard let article else { return .end }
    session.countRecord(length: bytes.count, hash: hash, isRefused: false)
    return .article(article)
  }

  private func makeArticle(
    of text: UnsafeRawBufferPointer, at offset: UInt64, hash: UInt64
  ) -> Article? {
    if let zero = FormatSniffer.firstBinaryByte(text) {
      session.note(.binary(path: session.path, offset: Int(clamping: offset) + zero))
      session.setOutcome(.failed)
      return nil
    }
    guard text.contains(where: { !FormatSniffer.isSpace($0) }) else { return nil }
    var article = TextArticleParser.parse(text, centralTime: session.options.centralTime)
    article.key = session.key
    article.provenance = Provenance(path: session.path, offset: offset, contentHash: hash)
    return article
  }

  /// The bytes themselves where they are UTF-8; else nil, and what they mean in `decoded`.
  private func decode(
    _ bytes: UnsafeRawBufferPointer, into decoded: inout [UInt8]
  ) -> UnsafeRawBufferPointer? {
    switch encoding {
    case .utf16LittleEndian, .utf16BigEndian:
      TextDecoder.decodeUTF16(bytes, bigEndian: encoding == .utf16BigEndian, into: &decoded)
      return nil
    default:
      guard UTF8Scan.scan(bytes).damaged > 0 else { return bytes }
      // Data that is binary anyway must not be called Windows-1252 first.
      guard FormatSniffer.firstBinaryByte(bytes) == nil else { return bytes }
      let (guess, damage) = TextDecoder.repair(bytes, into: &decoded)
      session.setEncoding(guess)
      session.note(
        Problem(
          .warning, .encoding, path: session.path, offset: buffer.offset &+ UInt64(damage),
          reason: "the text is not UTF-8 and was read as \(guess.rawValue)",
          remedy: "convert the file with iconv if that guess is wrong"))
      return nil
    }
  }

  private func refuseTooLong() -> RecordStep {
    let limit = session.options.maximumRecordLength
    session.note(
      Problem(
        .error, .recordTooLong, path: session.path, offset: buffer.offset,
        reason: "the article has more bytes than the limit of \(limit)",
        remedy: "split it, or raise the limit of a record's length"))
    session.countRecord(length: limit, hash: 0, isRefused: true)
    session.setOutcome(.failed)
    return .refused
  }
}
