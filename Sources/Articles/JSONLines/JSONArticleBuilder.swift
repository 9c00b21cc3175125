import LedeModel

/// Makes an article of a JSON object's members, whatever they are called.
final class JSONArticleBuilder {
  /// Where the record stands.
  struct Place {
    var line: Int
    var offset: UInt64
    var contentHash: UInt64
  }

  private struct Candidate {
    var field: FieldMap.Field
    var rank: Int
    var member: JSONParser.Member
  }

  /// What is known of the record being read.
  private struct Record {
    /// Best first, of equal names the last.
    var candidates: [Candidate]
    var place: Place
    var session: InputSession

    /// Calls back with the candidates of a field that hold something until one returns a value.
    ///
    /// By index: an iterator would count references for each of the many fields that are not there.
    @inline(__always)
    func first<Value>(_ field: FieldMap.Field, _ body: (Candidate) -> Value?) -> Value? {
      for index in candidates.indices {
        let candidate = candidates[index]
        guard candidate.field == field, candidate.member.kind != .null else { continue }
        if let value = body(candidate) { return value }
      }
      return nil
    }
  }

  /// Longer values are no keys.
  private static let maximumKeyLength = 4096

  private let parser = JSONParser()
  private var index: FieldIndex
  /// Those of the last record, whose memory the next one takes.
  private var candidates: [Candidate] = []

  init(fields: FieldMap) { index = FieldIndex(fields) }

  /// The article of a JSON object; nil where it has no member that could be title or text, which is
  /// noted in the session, as is every member of the wrong type.
  func article(
    from text: UnsafeRawBufferPointer, at place: Place, session: InputSession
  ) throws(JSONParser.Failure) -> Article? {
    try readCandidates(text)
    let record = Record(candidates: candidates, place: place, session: session)
    func value(_ field: FieldMap.Field) -> String? { self.text(field, record) }
    let title = value(.title) ?? ""
    let body = value(.body) ?? ""
    if title.isEmpty, body.isEmpty {
      guard noteEmpty(record) else { return nil }
    }
    var article = Article(
      key: key(record), title: title, body: body, source: value(.source),
      url: value(.url), author: value(.author), category: value(.category),
      language: value(.language),
      provenance: Provenance(
        path: session.path, offset: place.offset, contentHash: place.contentHash))
    article.date = date(article, record)
    return article
  }

  private func readCandidates(_ text: UnsafeRawBufferPointer) throws(JSONParser.Failure) {
    // In a local array: a class's properties are checked for exclusive access at every use.
    var found: [Candidate] = []
    swap(&found, &candidates)
    defer { swap(&found, &candidates) }
    found.removeAll(keepingCapacity: true)
    try parser.read(text, as: .object) { member in
      for role in index.roles(of: member.key) {
        let place = found.firstIndex { $0.rank >= role.rank } ?? found.endIndex
        found.insert(Candidate(field: role.field, rank: role.rank, member: member), at: place)
      }
    }
  }

  /// Notes that there is nothing to index; true where the record says so itself, with an empty
  /// title or text: collections number such documents, and their counts should come out.
  private func noteEmpty(_ record: Record) -> Bool {
    let isStated = record.candidates.contains {
      ($0.field == .title || $0.field == .body) && $0.member.kind == .string
    }
    note(
      isStated ? .warning : .error, .noText, record,
      reason: isStated
        ? "the record's title and text are empty" : "the record has neither title nor text",
      remedy: isStated
        ? "it was kept, and only its key finds it"
        : "name its fields with a mapping such as body=NAME")
    return isStated
  }

  private func key(_ record: Record) -> String {
    var fallback: String { "\(record.session.key)#\(record.place.line)" }
    guard let key = text(.id, record) else { return fallback }
    guard key.utf8.count <= Self.maximumKeyLength else {
      note(
        .warning, .wrongType, record,
        reason: "the id has more than \(Self.maximumKeyLength) bytes; '\(fallback)' stands for it",
        remedy: "shorten it, or map another field with id=NAME")
      return fallback
    }
    return key
  }

  // MARK: Values

  private func text(
    _ field: FieldMap.Field, _ record: Record
  ) -> String? {
    var wrong: Candidate?
    let found: String? = record.first(field) { candidate in
      guard let text = text(of: candidate.member, field) else {
        wrong = wrong ?? candidate
        return nil
      }
      if text.utf8.allSatisfy(FormatSniffer.isSpace) { return nil }
      return field == .body ? text : trimmed(text)
    }
    if found == nil, let wrong { noteWrongType(wrong, record) }
    return found
  }

  /// nil where the value is of a type that the field cannot hold.
  private func text(of member: JSONParser.Member, _ field: FieldMap.Field) -> String? {
    switch member.kind {
    case .string: return JSONParser.unescaped(member.value)
    case .number: return field == .id ? String(decoding: member.value, as: UTF8.self) : nil
    case .array: return joined(member.value, separator: field == .body ? "\n\n" : ", ")
    case .object: return named(member.value)
    case .boolean, .null: return nil
    }
  }

  /// Lists of texts, or of objects that have a name, become one text.
  private func joined(_ list: UnsafeRawBufferPointer, separator: String) -> String? {
    var members: [JSONParser.Member] = []
    guard (try? parser.read(list, as: .array, { members.append($0) })) != nil else { return nil }
    var parts: [String] = []
    for member in members {
      switch member.kind {
      case .string:
        guard let part = JSONParser.unescaped(member.value) else { return nil }
        parts.append(part)
      case .object:
        guard let part = named(member.value) else { return nil }
        parts.append(part)
      case .null: continue
      default: return nil
      }
    }
    return parts.joined(separator: separator)
  }

  /// Sources and authors are often objects, `{"id": null, "name": "Reuters"}`; exports of MongoDB
  /// wrap ids and dates.
  private func named(_ object: UnsafeRawBufferPointer) -> String? {
    let names = ["name", "title", "text", "$oid", "$date"]
    var best: (rank: Int, text: String)?
    let read: Void? = try? parser.read(object, as: .object) { member in
      guard member.kind == .string,
        let rank = names.firstIndex(where: { $0.utf8.elementsEqual(member.key) }),
        rank <= best?.rank ?? names.count, let text = JSONParser.unescaped(member.value)
      else { return }
      best = (rank, text)
    }
    return read == nil ? nil : best?.text
  }

  private func trimmed(_ text: String) -> String {
    guard let first = text.utf8.first, let last = text.utf8.last,
      FormatSniffer.isSpace(first) || FormatSniffer.isSpace(last)
    else { return text }
    let bytes = Array(text.utf8)
    let start = bytes.firstIndex { !FormatSniffer.isSpace($0) } ?? bytes.endIndex
    let end = bytes.lastIndex { !FormatSniffer.isSpace($0) }.map { $0 + 1 } ?? start
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  // MARK: Dates

  private func date(
    _ article: Article, _ record: Record
  ) -> ArticleDate? {
    guard record.candidates.contains(where: { $0.field == .date }) else { return nil }
    let context = ZoneContext(article: article, centralTime: record.session.options.centralTime)
    var unread: String?
    let found: ArticleDate? = record.first(.date) { candidate in
      let isNumber = candidate.member.kind == .number
      guard
        let text = isNumber
          ? String(decoding: candidate.member.value, as: UTF8.self)
          : self.text(of: candidate.member, .date)
      else {
        noteWrongType(candidate, record)
        return nil
      }
      if text.utf8.allSatisfy(FormatSniffer.isSpace) { return nil }
      let parsed = isNumber ? DateParser.epoch(text) : DateParser.date(text, in: context)
      if parsed == nil { unread = unread ?? text }
      return parsed
    }
    if let found { return found }
    if let unread {
      note(
        .warning, .unreadableDate, record,
        reason: "no date could be read from '\(unread.prefix(60))'",
        remedy: "write dates as 2020-07-01T14:08:00+08:00")
    }
    return nil
  }

  // MARK: Problems

  private func noteWrongType(_ candidate: Candidate, _ record: Record) {
    let expected =
      switch candidate.field {
      case .id: "text or a number"
      case .date: "a date"
      default: "text"
      }
    let holds = candidate.member.kind.name
    let found = candidate.member.kind == .string ? "a string with an unknown escape" : holds
    note(
      .warning, .wrongType, record,
      reason: "'\(String(decoding: candidate.member.key, as: UTF8.self))' holds \(found) where "
        + "\(expected) is expected; it was left out",
      remedy: "map another field with \(candidate.field.rawValue)=NAME")
  }

  private func note(
    _ severity: Problem.Severity, _ kind: Problem.Kind, _ record: Record,
    reason: String, remedy: String
  ) {
    record.session.note(
      Problem(
        severity, kind, path: record.session.path, line: record.place.line,
        offset: record.place.offset, reason: reason, remedy: remedy))
  }
}
