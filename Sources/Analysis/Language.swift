import CLedeStemmer

/// The language whose stemmer forms the classes of words; `none` for no stemming.
public struct Language: Sendable, Hashable, CustomStringConvertible {
  /// ISO 639 code (`en`), or the algorithm's name where it is not a language (`porter`), or `none`.
  public let code: String

  /// No stemming: the class of a word is its fold.
  public static let none = Language(knownCode: "none")
  public static let english = Language(knownCode: "en")

  /// `none`, then every language of the installed libstemmer, by name.
  public static let all: [Language] = [.none] + StemmerCatalog.installed.map(Language.init(entry:))

  /// Finds a language by ISO 639 code (two or three letters) or English name, in any case.
  ///
  /// Nil when libstemmer does not offer it. "english" is the Snowball stemmer of that name
  /// (Porter 2); "porter" is the older one.
  public init?(_ name: String) {
    let wanted = name.lowercased()
    if wanted == "none" {
      self = .none
      return
    }
    guard let entry = StemmerCatalog.installed.first(where: { $0.answers(to: wanted) })
    else { return nil }
    self.init(entry: entry)
  }

  /// English name in lower case, as libstemmer writes it.
  public var name: String {
    StemmerCatalog.known.first { $0.code == code }?.algorithm ?? code
  }

  public var description: String { code }

  private init(knownCode: String) { code = knownCode }
  private init(entry: StemmerCatalog.Entry) { code = entry.code }
}

/// The algorithms of libstemmer, which names them in English and knows codes only as input.
enum StemmerCatalog {
  struct Entry: Sendable {
    let algorithm: String
    let code: String
    /// ISO 639-2 codes that mean the same.
    let aliases: [String]

    func answers(to name: String) -> Bool {
      name == algorithm || name == code || aliases.contains(name)
    }
  }

  /// Those of `known` that the installed library has, and those it has that are not known here,
  /// under their own names.
  static let installed: [Entry] = {
    algorithmNames().map { name in
      known.first { $0.algorithm == name } ?? Entry(algorithm: name, code: name, aliases: [])
    }
  }()

  private static func algorithmNames() -> [String] {
    guard let list = sb_stemmer_list() else { return [] }
    var names: [String] = []
    // Safe: libstemmer ends the list with a null pointer.
    var next = list
    while let name = next.pointee {
      names.append(String(cString: name))
      next += 1
    }
    return names.sorted()
  }

  /// Algorithms of Snowball 2.2 and 3.0.
  static let known: [Entry] = [
    Entry(algorithm: "arabic", code: "ar", aliases: ["ara"]),
    Entry(algorithm: "armenian", code: "hy", aliases: ["hye", "arm"]),
    Entry(algorithm: "basque", code: "eu", aliases: ["eus", "baq"]),
    Entry(algorithm: "catalan", code: "ca", aliases: ["cat"]),
    Entry(algorithm: "danish", code: "da", aliases: ["dan"]),
    Entry(algorithm: "dutch", code: "nl", aliases: ["nld", "dut"]),
    Entry(algorithm: "dutch_porter", code: "dutch_porter", aliases: []),
    Entry(algorithm: "english", code: "en", aliases: ["eng"]),
    Entry(algorithm: "esperanto", code: "eo", aliases: ["epo"]),
    Entry(algorithm: "estonian", code: "et", aliases: ["est"]),
    Entry(algorithm: "finnish", code: "fi", aliases: ["fin"]),
    Entry(algorithm: "french", code: "fr", aliases: ["fra", "fre"]),
    Entry(algorithm: "german", code: "de", aliases: ["deu", "ger"]),
    Entry(algorithm: "greek", code: "el", aliases: ["ell", "gre"]),
    Entry(algorithm: "hindi", code: "hi", aliases: ["hin"]),
    Entry(algorithm: "hungarian", code: "hu", aliases: ["hun"]),
    Entry(algorithm: "indonesian", code: "id", aliases: ["ind"]),
    Entry(algorithm: "irish", code: "ga", aliases: ["gle"]),
    Entry(algorithm: "italian", code: "it", aliases: ["ita"]),
    Entry(algorithm: "lithuanian", code: "lt", aliases: ["lit"]),
    Entry(algorithm: "nepali", code: "ne", aliases: ["nep"]),
    Entry(algorithm: "norwegian", code: "no", aliases: ["nor", "nb", "nob"]),
    Entry(algorithm: "porter", code: "porter", aliases: []),
    Entry(algorithm: "portuguese", code: "pt", aliases: ["por"]),
    Entry(algorithm: "romanian", code: "ro", aliases: ["ron", "rum"]),
    Entry(algorithm: "russian", code: "ru", aliases: ["rus"]),
    Entry(algorithm: "serbian", code: "sr", aliases: ["srp"]),
    Entry(algorithm: "spanish", code: "es", aliases: ["spa", "esl"]),
    Entry(algorithm: "swedish", code: "sv", aliases: ["swe"]),
    Entry(algorithm: "tamil", code: "ta", aliases: ["tam"]),
    Entry(algorithm: "turkish", code: "tr", aliases: ["tur"]),
    Entry(algorithm: "yiddish", code: "yi", aliases: ["yid"]),
  ]
}
