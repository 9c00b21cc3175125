import LedeModel

/// What is known around a date: decides between readings that the date alone leaves open.
///
/// `CST` is China Standard Time (+08:00), unless the surroundings speak for the central time of
/// North America (-06:00): a 12-hour clock beside it (Chinese sites print 24 hours), or a source,
/// URL or category that names a place there. Chinese signs (`.cn`, `China`, Han characters) win
/// over those. A date such as 03/04/2020 is read month first in English and where no language is
/// stated, day first in any other language and on the sites of countries that write so.
package struct ZoneContext {
  /// Source, category and title of the article.
  package var surroundings: String
  package var url: String
  package var language: String
  package var centralTime: ArticleReaderOptions.CentralTime

  package init(
    surroundings: String = "", url: String = "", language: String = "",
    centralTime: ArticleReaderOptions.CentralTime = .byContext
  ) {
    self.surroundings = surroundings
    self.url = url
    self.language = language
    self.centralTime = centralTime
  }

  package init(article: Article, centralTime: ArticleReaderOptions.CentralTime) {
    let parts = [article.source ?? "", article.category ?? "", article.title]
    self.init(
      surroundings: parts.joined(separator: "\n"), url: article.url ?? "",
      language: article.language ?? "", centralTime: centralTime)
  }

  /// Minutes east of UTC that `CST` means here.
  func centralOffset(isTwelveHourClock: Bool) -> Int16 {
    switch centralTime {
    case .china: return 480
    case .america: return -360
    case .byContext: break
    }
    let words = surroundings.lowercased()
    let hasHan = surroundings.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    if hasHan || Self.chineseSigns.contains(where: { contains(words, $0) })
      || [".cn", ".hk", ".tw", ".mo", ".sg"].contains(where: hostEnds)
    {
      return 480
    }
    if isTwelveHourClock || [".us", ".mx", ".ca"].contains(where: hostEnds)
      || Self.americanSigns.contains(where: { contains(words, $0) })
    {
      return -360
    }
    return 480
  }

  var isDayFirst: Bool {
    let primary = language.lowercased().prefix { $0 != "-" && $0 != "_" }
    if !primary.isEmpty, primary != "en", primary != "eng", primary != "english" { return true }
    if language.lowercased().hasSuffix("us") { return false }
    return [".uk", ".au", ".nz", ".in", ".ie", ".za", ".de", ".fr", ".es", ".it", ".at", ".br"]
      .contains(where: hostEnds)
  }

  private static let chineseSigns = [
    "china", "chinese", "beijing", "shanghai", "shenzhen", "guangzhou", "hong kong", "taiwan",
    "taipei", "xinhua", "smm", "caixin",
  ]

  private static let americanSigns = [
    "chicago", "illinois", "texas", "houston", "dallas", "austin", "san antonio", "minneapolis",
    "minnesota", "milwaukee", "wisconsin", "st. louis", "missouri", "kansas", "iowa", "des moines",
    "oklahoma", "tulsa", "nebraska", "omaha", "memphis", "nashville", "new orleans", "louisiana",
    "alabama", "arkansas", "mississippi", "winnipeg", "manitoba", "mexico",
  ]

  /// Whether `sign` stands in `words` as a whole word.
  private func contains(_ words: String, _ sign: String) -> Bool {
    let text = Array(words.utf8)
    let sign = Array(sign.utf8)
    guard text.count >= sign.count else { return false }
    func isLetter(_ index: Int) -> Bool {
      text.indices.contains(index) && (97...122).contains(text[index])
    }
    return (0...(text.count - sign.count)).contains { start in
      text[start] == sign[0] && text[start..<start + sign.count].elementsEqual(sign)
        && !isLetter(start - 1) && !isLetter(start + sign.count)
    }
  }

  private func hostEnds(_ suffix: String) -> Bool {
    let lower = url.lowercased()
    let parts = lower.split(separator: "/", omittingEmptySubsequences: false)
    let host = parts.count > 2 && parts[0].hasSuffix(":") ? parts[2] : parts.first ?? ""
    let name = host.prefix { $0 != ":" && $0 != "?" && $0 != "#" }
    return name.hasSuffix(suffix)
  }
}
