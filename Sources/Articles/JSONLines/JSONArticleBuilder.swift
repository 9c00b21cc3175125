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

  /// Longer values are no keys.
  private static let maximumKeyLength = 4096

  private let parser = JSONParser()
  private var index: FieldIndex
  private var candidates: [Candidate] = []

  init(fields: FieldMap) { index = FieldIndex(fields) }

  /// The article of a JSON object; nil where it has no member that could be title or text, which is
  /// noted in the session, as is every member of the wrong type.
  func article(
    from text: UnsafeRawBufferPointer, at place: Place, session: InputSession
  ) throws(JSONParser.Failure) -> Article? {
    candidates.removeAll(keepingCapacity: true)
    try parser.read(text, as: .object) { member in
      for role in index.roles(of: member.key) {
        candidates.append(Candidate(field: role.field, rank: role.rank, member: member))
      }
    }
    func value(_ field: FieldMap.Field) -> String? { self.text(field, place, session) }
    let title = value(.title) ?? ""
    let body = value(.body) ?? ""
    if title.isEmpty, body.isEmpty {
      guard noteEmpty(place, session) else { return nil }
    }
    var article = Article(
      key: key(place, session), title: title, body: body, source: value(.source),
      url: value(.url), author: value(.author), category: value(.category),
      language: value(.language),
      provenance: Provenance(
        path: session.path, offset: place.offset, contentHash: place.contentHash))
    article.date = date(article, place, session)
    return article
  }

  /// Notes that there is nothing to index; true where the record says so itself, with an empty
  /// title or text: collections number such documents, and their counts should come out.
  private func noteEmpty(_ place: Place, _ session: InputSession) -> Bool {
    let isStated = candidates.contains {
      ($0.field == .title || $0.field == .body) && $0.member.kind == .string
    }
    note(
      isStated ? .warning : .error, .noText, place, session,
      reason: isStated
        ? "the record's title and text are empty" : "the record has neither title nor text",
      remedy: isStated
        ? "it was kept, and only its key finds it"
        : "name its fields with a mapping such as body=NAME")
    return isStated
  }

  private func key(_ place: Place, _ session: InputSession) -> String {
    var fallback: String { "\(session.key)#\(place.line)" }
    guard let key = text(.id, place, session) else { return fallback }
    guard key.utf8.count <= Self.maximumKeyLength else {
      note(
        .warning, .wrongType, place, session,
        reason: "the id has more than \(Self.maximumKeyLength) bytes; '\(fallback)' stands for it",
        remedy: "shorten it, or map another field with id=NAME")
      return fallback
    }
    return key
  }

  // MARK: Values

  /// The candidates of a field that hold something, best first; of equal names the last.
  private func ranked(_ field: FieldMap.Field) -> [Candidate] {
    guard candidates.contains(where: { $0.field == field }) else { return [] }
    var found: [Candidate] = []
    for candidate in candidates where candidate.field == field && candidate.member.kind != .null {
      let place = found.firstIndex { $0.rank >= candidate.rank } ?? found.endIndex
      found.insert(candidate, at: place)
    }
    return found
  }

  private func text(
    _ field: FieldMap.Field, _ place: Place, _ session: InputSession
  ) -> String? {
    var wrong: Candidate?
    for candidate in ranked(field) {
      guard let text = text(of: candidate.member, field) else {
        wrong = wrong ?? candidate
        continue
      }
      let isBlank = text.utf8.allSatisfy(FormatSniffer.isSpace)
      if !isBlank { return field == .body ? text : trimmed(text) }
    }
    if let wrong { noteWrongType(wrong, place, session) }
    return nil
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
    _ article: Article, _ place: Place, _ session: InputSession
  ) -> ArticleDate? {
    guard candidates.contains(where: { $0.field == .date }) else { return nil }
    let context = ZoneContext(article: article, centralTime: session.options.centralTime)
    var unread: String?
    for candidate in ranked(.date) {
      let isNumber = candidate.member.kind == .number
      guard
        let text = isNumber
          ? String(decoding: candidate.member.value, as: UTF8.self)
          : self.text(of: candidate.member, .date)
      else {
        noteWrongType(candidate, place, session)
        continue
      }
      if text.utf8.allSatisfy(FormatSniffer.isSpace) { continue }
      let parsed = isNumber ? DateParser.epoch(text) : DateParser.date(text, in: context)
      if let parsed { return parsed }
      unread = unread ?? text
    }
    if let unread {
      note(
        .warning, .unreadableDate, place, session,
        reason: "no date could be read from '\(unread.prefix(60))'",
        remedy: "write dates as 2020-07-01T14:08:00+08:00")
    }
    return nil
  }

  // MARK: Problems

  private func noteWrongType(_ candidate: Candidate, _ place: Place, _ session: InputSession) {
    let expected =
      switch candidate.field {
      case .id: "text or a number"
      case .date: "a date"
      default: "text"
      }
    let holds = candidate.member.kind.name
    let found = candidate.member.kind == .string ? "a string with an unknown escape" : holds
    note(
      .warning, .wrongType, place, session,
      reason: "'\(String(decoding: candidate.member.key, as: UTF8.self))' holds \(found) where "
        + "\(expected) is expected; it was left out",
      remedy: "map another field with \(candidate.field.rawValue)=NAME")
  }

  private func note(
    _ severity: Problem.Severity, _ kind: Problem.Kind, _ place: Place, _ session: InputSession,
    reason: String, remedy: String
  ) {
    session.note(
      Problem(
        severity, kind, path: session.path, line: place.line, offset: place.offset,
        reason: reason, remedy: remedy))
  }
}
