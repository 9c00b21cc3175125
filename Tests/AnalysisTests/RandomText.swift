import TestSupport

/// Random texts of characters that the rules treat in different ways.
struct RandomText {
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// ASCII of every class, capitals and digits included.
  static let ascii: [String] = [
    "a", "b", "Z", "q", "1", "9", "_", ":", ".", "'", ",", ";", "\"", " ", " ", "-", "\n", "\r",
    "\t", "\u{0}", "\u{7F}", "/", "+", "#",
  ]

  /// Marks, joiners, formats, spaces, middle characters, quotes, letters and symbols of many scripts.
  static let others: [String] = [
    "é", "É", "ß", "ﬁ", "½", "Ⅷ", "İ", "Ω", "ς", "й", "Ж", "\u{301}", "\u{308}", "\u{338}", "ø",
    "א", "ת", "\u{5F4}", "ع", "\u{660}", "\u{661}", "\u{AD}", "\u{200B}", "\u{200C}", "\u{200D}",
    "\u{2060}", "\u{FEFF}", "\u{2003}", "\u{3000}", "\u{A0}", "’", "·", "–", "。", "，", "：", "．",
    "\u{2028}", "\u{85}", "中", "国", "﨑", "㈱", "㍿", "〆", "々", "〇", "ー", "カ", "ｶ", "ﾞ", "ﾟ",
    "が", "か", "\u{3099}", "゛", "한", "글", "\u{1112}", "\u{1161}", "\u{11AB}", "ㄱ", "ก", "ำ", "้",
    "๒", "ລ", "ខ", "្", "မ", "ျ", "ㄅ", "😀", "❤", "\u{FE0F}", "👨", "🏽", "🇫", "🇷", "™", "©", "②",
    "𠮷", "𝒳", "𝟙", "\u{E0100}", "\u{FFFD}", "\u{E000}", "\u{10FFFF}", "हि", "क्", "த",
  ]

  /// Up to `length` characters, mostly ASCII or mostly not.
  mutating func next(length: Int) -> String {
    let share = Double(random.below(11)) / 10
    return (0..<random.below(length + 1)).map { _ in
      let alphabet = random.chance(share) ? Self.ascii : Self.others
      return alphabet[random.below(alphabet.count)]
    }.joined()
  }

  /// Bytes that are UTF-8 in parts, cut and overwritten at random.
  mutating func damagedBytes(length: Int) -> [UInt8] {
    var bytes = Array(next(length: length).utf8)
    for _ in 0..<random.below(8) where !bytes.isEmpty {
      let place = random.below(bytes.count)
      switch random.below(3) {
      case 0: bytes[place] = UInt8(random.below(256))
      case 1: bytes.remove(at: place)
      default: bytes.insert(UInt8(0x80 + random.below(128)), at: place)
      }
    }
    return bytes
  }
}
