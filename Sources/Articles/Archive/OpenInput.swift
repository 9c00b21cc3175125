/// One input from its opening to its end: opens, sniffs, picks the reader, and turns every failure
/// into a problem and an outcome.
final class OpenInput {
  let session: InputSession
  private let options: ArticleReaderOptions
  private let builder: JSONArticleBuilder
  private let path: PathBytes
  /// Named by the user, so that the content decides about its format; files that were met in a
  /// folder must have a name that promises articles, or none that promises something else.
  private let isNamed: Bool
  private let isStandardInput: Bool
  private var stream: ByteStream?
  private var reader: (any RecordReader)?
  private var isOpened = false
  private var isFinished = false

  var bytesRead: UInt64 { stream?.bytesRead ?? 0 }
  var bytesDecoded: UInt64 { stream?.bytesDecoded ?? 0 }

  init(
    path: PathBytes, place: InputPlace, isNamed: Bool, isStandardInput: Bool = false,
    options: ArticleReaderOptions, builder: JSONArticleBuilder
  ) {
    self.path = path
    self.isNamed = isNamed
    self.isStandardInput = isStandardInput
    self.options = options
    self.builder = builder
    session = InputSession(path: path.text, place: place, options: options)
  }

  static func standardInput(
    options: ArticleReaderOptions, builder: JSONArticleBuilder
  ) -> OpenInput {
    let dash = PathBytes("-")
    return OpenInput(
      path: dash, place: InputPlace(root: "-", key: "-"), isNamed: true, isStandardInput: true,
      options: options,
      builder: builder)
  }

  /// Whether a file met in a folder is read at all.
  static func claims(_ path: PathBytes, options: ArticleReaderOptions) -> Bool {
    options.format != .automatic || FormatSniffer.verdict(forName: path.bytes) != .foreign
  }

  /// The next record; `.end` when the session's outcome is settled.
  func step() -> RecordStep {
    if isFinished { return .end }
    do throws(StreamFailure) {
      if !isOpened {
        isOpened = true
        try open()
      }
      if let reader {
        let step = try reader.next()
        guard case .end = step else { return step }
      }
    } catch {
      note(error)
    }
    finish()
    return .end
  }

  private func finish() {
    isFinished = true
    noteTrailingGarbage()
    noteNoRecords()
    session.setRead(bytes: bytesRead, isCompressed: stream?.isCompressed ?? false)
    reader = nil
  }

  // MARK: Opening

  private func open() throws(StreamFailure) {
    guard isNamed || Self.claims(path, options: options) else {
      session.setOutcome(.skipped(.notAnArticleFormat))
      return
    }
    guard let stream = openStream() else { return }
    self.stream = stream
    let buffer = StreamBuffer(stream: stream)
    try gatherHead(of: buffer)
    let mark = TextDecoder.byteOrderMark(buffer.bytes)
    if let mark { buffer.consume(mark.length) }
    let encoding = mark?.encoding ?? .utf8
    session.setEncoding(encoding)
    pickReader(buffer, encoding: encoding)
  }

  /// Reads enough to see the format, also when a pipe gives a few bytes at a time.
  ///
  /// A stream that breaks so early has its first articles in the buffer: the failure comes up
  /// again when they are read.
  private func gatherHead(of buffer: StreamBuffer) throws(StreamFailure) {
    do {
      while buffer.count < 4096, try buffer.fill() {}
    } catch {
      guard buffer.count > 0 else { throw error }
    }
  }

  private func openStream() -> ByteStream? {
    if isStandardInput {
      return ByteStream(
        descriptor: 0, ownsDescriptor: false, maximumRatio: options.maximumInflationRatio)
    }
    switch Posix.open(path, followingLink: isNamed) {
    case .failure(let failure):
      fail(InputWalker.problem(path, failure))
      return nil
    case .success(let descriptor):
      let stream = ByteStream(
        descriptor: descriptor, ownsDescriptor: true, maximumRatio: options.maximumInflationRatio)
      guard case .success(let status) = Posix.status(of: descriptor) else { return stream }
      session.setStatus(status, isSettled: status.isSettled(now: Posix.now()))
      // What is not a file may wait for ever, and a link may have taken the file's place.
      guard status.kind == .file else {
        fail(
          Problem(
            .error, .notRegular, path: session.path, reason: "not a regular file",
            remedy: "pipe it into standard input and name it -"))
        return nil
      }
      return stream
    }
  }

  private func pickReader(_ buffer: StreamBuffer, encoding: TextEncoding) {
    let isUTF16 = encoding == .utf16LittleEndian || encoding == .utf16BigEndian
    var decoded: [UInt8] = []
    if isUTF16 {
      let head = UnsafeRawBufferPointer(rebasing: buffer.bytes.prefix(8192))
      TextDecoder.decodeUTF16(head, bigEndian: encoding == .utf16BigEndian, into: &decoded)
    }
    let content =
      isUTF16
      ? decoded.withUnsafeBytes { FormatSniffer.verdict(forContent: $0) }
      : FormatSniffer.verdict(forContent: buffer.bytes)
    switch format(content) {
    case .text: reader = TextFileReader(buffer: buffer, encoding: encoding, session: session)
    case .jsonLines:
      reader = JSONLinesReader(
        buffer: buffer, encoding: encoding, session: session, builder: builder)
    case .jsonDocument: failJSONDocument()
    case .binary(let offset): failBinary(at: offset)
    case .compressed(let name): failCompressed(by: name)
    }
  }

  /// Combines the user's wish, the name and the content.
  private func format(_ content: FormatSniffer.Verdict) -> FormatSniffer.Verdict {
    switch (options.format, content) {
    case (_, .binary), (_, .compressed): return content
    case (.text, _): return .text
    case (.jsonLines, .jsonDocument): return content
    case (.jsonLines, _): return .jsonLines
    case (.automatic, .jsonLines), (.automatic, .jsonDocument): break
    case (.automatic, .text):
      // A JSON Lines file may begin with a damaged line.
      return FormatSniffer.verdict(forName: path.bytes) == .jsonLines ? .jsonLines : .text
    }
    return content
  }

  // MARK: Failing

  private func fail(_ problem: Problem) {
    session.note(problem)
    session.setOutcome(.failed)
  }

  private func failJSONDocument() {
    fail(
      Problem(
        .error, .notJSONLines, path: session.path, offset: 0,
        reason: "one JSON document over several lines, not JSON Lines",
        remedy: "write one article per line, for example with jq -c '.[]?' FILE"))
  }

  private func failBinary(at offset: Int) {
    let promisesArticles = FormatSniffer.verdict(forName: path.bytes) != .unknown
    if !isNamed, !promisesArticles {
      session.setOutcome(.skipped(.notAnArticleFormat))
      return
    }
    fail(.binary(path: session.path, offset: offset))
  }

  private func failCompressed(by name: String) {
    fail(
      Problem(
        .error, .unsupportedCompression, path: session.path, offset: 0,
        reason: "compressed with \(name), which is not read directly",
        remedy: "unpack it, for example with \(name) -dc FILE | lede index -"))
  }

  private func note(_ failure: StreamFailure) {
    session.setOutcome(session.summary.articleCount > 0 ? .damaged : .failed)
    let path = session.path
    switch failure {
    case .system(let error, let offset):
      session.note(
        Problem(
          .error, .unreadable, path: path, offset: offset, reason: error.reason,
          remedy: "the articles before it were kept; check the disk and read the file again"))
    case .brokenGzip(let reason, let offset):
      session.note(
        Problem(
          .error, .brokenGzip, path: path, offset: offset, reason: reason,
          remedy: "the articles before the damage were kept; fetch the file again"))
    case .bomb(let ratio, let offset):
      session.note(
        Problem(
          .error, .compressionBomb, path: path, offset: offset,
          reason: "unpacks to more than \(ratio) times its size",
          remedy: "unpack it yourself if you trust it"))
    case .outOfMemory:
      session.note(
        Problem(
          .error, .unreadable, path: path, reason: "no memory to unpack the file",
          remedy: "free some memory and try again"))
    }
  }

  private func noteTrailingGarbage() {
    guard let offset = stream?.trailingGarbage else { return }
    session.note(
      Problem(
        .warning, .trailingGarbage, path: session.path, offset: offset,
        reason: "bytes that are not gzip follow the compressed data; they were left out",
        remedy: "check that the file was not cut and joined"))
  }

  private func noteNoRecords() {
    guard case .read = session.summary.outcome, session.summary.recordCount == 0 else { return }
    session.setOutcome(.skipped(.empty))
    session.note(
      Problem(
        .warning, .empty, path: session.path, reason: "the file holds no text",
        remedy: "remove it, or fetch it again"))
  }
}

extension Problem {
  static func binary(path: String, offset: Int) -> Problem {
    Problem(
      .error, .binary, path: path, offset: UInt64(offset), reason: "not text but binary data",
      remedy: "convert it to UTF-8 text, or leave it out")
  }
}
