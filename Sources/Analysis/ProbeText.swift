/// Fixed texts whose analysis identifies an analyzer. A change of either changes every identity.
enum ProbeText {
  /// Each script and each rule that could behave otherwise under another ICU.
  static let text = """
    The U.S. dollar's 3,141.59 rise; e.g. a:b foo_bar it's "quoted" x-ray 1;2 can’t naïve Straße \
    généralité ﬁnance ½ Ⅷ №5 ㎏ ™ © é e\u{301} İstanbul ŁÓDŹ Ωmega ΐ τέλος Москва й \
    עִבְרִית צה"ל العربية كتاب हिन्दी தமிழ் Հայերեն ქართული \
    中国有色金属报, 氧化铝产业集群。株㍿ 〆々 ー カタカナ ｶﾞｷﾞ がか 한국어 abc한글 ภาษาไทย น้ำ ລາວ ខ្មែរ မြန်မာ \
    😀 👨‍👩‍👧 🇫🇷🇩🇪 ❤️ 𝒳 𠮷野家 葛\u{E0100} a\u{AD}b a\u{200B}b \u{FEFF}x
    """

  /// Inflected words for the stemmers. Each language's own script and endings are here; a stemmer
  /// runs over all of them.
  static let stemmerSample = """
    generalizations running happily flies dying skies news organization's hopping relational \
    généralités finissaient chevaux heureusement aufgehoben häuser möglichkeiten katzen \
    corriendo nacionalidades rápidamente lavoratori velocemente città trabalhadores rapidamente \
    lopende mogelijkheden gebouwen arbetarna möjligheter muligheter arbeidene husene \
    mahdollisuuksien taloissa lehetőségek házakban posibilităților copiilor kitaplarımızdan \
    evlerinde pemberdayaan mempermainkan galimybėmis namuose leabharlann gcathair etxeetara \
    berrikuntzak llibreries ràpidament raamatutele libroj работающими возможностями \
    могућностима књигама δυνατότητες βιβλίων المكتبات والكتاب لڑکیوں लड़कियों किताबें \
    नेपालीहरूको புத்தகங்கள் வீடுகளில் մատյաններից գրադարանների ביכער אַרבעטן
    """
}
