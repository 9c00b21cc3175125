/// The phrases that pages repeat around their articles, in the languages of the archives seen.
///
/// Only lines at the very head or tail are compared, so a phrase inside an article stays there.
enum TextBoilerplate {
  static let maximumTailLines = 120
  /// Longest line that can be the title of another article under a heading.
  static let maximumLinkLength = 200

  /// A line between the metadata and the first paragraph.
  static func isHead(_ line: String) -> Bool {
    let text = normalized(line)
    return text.count <= 240 && headStarts.contains(startOf: text)
  }

  /// A line at the end that no article ends with.
  static func isTail(_ line: String) -> Bool {
    let text = normalized(line)
    guard text.count <= 300 else { return false }
    return tailStarts.contains(startOf: text) || tailParts.contains { text.containsBytes($0) }
  }

  /// A line behind which only links to other articles follow.
  static func isTailHeading(_ line: String) -> Bool {
    guard line.utf8.count <= 80 else { return false }
    var text = normalized(line)[...]
    trimming: while true {
      for end in headingEnds where text.count >= end.count && text.suffix(end.count) == end[...] {
        text.removeLast(end.count)
        continue trimming
      }
      break
    }
    return headings.contains(Array(text))
  }

  private static let headingEnds = [":", "：", ">", "»", "…", ".", " "].map { Array($0.utf8) }

  /// In lower case, without brackets and bullets in front.
  private static func normalized(_ line: String) -> [UInt8] {
    let text = line.lowercased()
    guard let first = text.utf8.first, first >= 0x80 || ignoredStarts.contains(first) else {
      return Array(text.utf8)
    }
    return Array(text.drop { "([（【*•-–—>» ".contains($0) }.utf8)
  }

  private static let ignoredStarts = Set("([*->".utf8)

  /// Phrases by their first byte.
  private struct Starts {
    private var phrases: [[[UInt8]]] = Array(repeating: [], count: 256)

    init(_ list: [String]) {
      for phrase in list {
        let bytes = Array(phrase.utf8)
        if let first = bytes.first { phrases[Int(first)].append(bytes) }
      }
    }

    func contains(startOf text: [UInt8]) -> Bool {
      guard let first = text.first else { return false }
      return phrases[Int(first)].contains { text.starts(with: $0) }
    }
  }

  private static let headStarts = starts(
    """
    the content below was translated
    this article was translated
    this content was translated
    machine translated
    automatically translated
    translated automatically
    share this
    share on
    share article
    save article
    print this
    print article
    listen to this article
    advertisement
    subscribe to
    follow us
    min read
    reading time
    lesezeit
    artikel anhören
    artikel teilen
    anzeige
    dieser artikel wurde automatisch übersetzt
    temps de lecture
    partager
    publicité
    cet article a été traduit
    compartir
    publicidad
    tiempo de lectura
    este artículo ha sido traducido
    分享到
    扫描二维码
    本文由机器翻译
    以下内容由
    字号
    """)

  private static let tailStarts = starts(
    """
    scan the qr code
    scan qr code
    for queries, please contact
    for inquiries, please contact
    for enquiries, please contact
    for more information on how to access
    for more information, please
    subscribe to our
    subscribe now
    sign up for our
    sign up to our
    follow us on
    follow us:
    like us on
    join our telegram
    join our whatsapp
    share this
    share on
    click here to
    read more:
    also read
    read also
    see also:
    copyright
    © 
    ©2
    (c) 2
    advertisement
    tags:
    keywords:
    topics:
    filed under:
    disclaimer:
    the views expressed
    this article was originally published
    this story was originally published
    reporting by
    editing by
    our standards:
    leave a comment
    comments are closed
    download our app
    contact us
    mehr zum thema
    lesen sie auch
    lesen sie mehr
    newsletter abonnieren
    abonnieren sie
    folgen sie uns
    artikel teilen
    schlagworte:
    schlagwörter:
    zur startseite
    zurück zur übersicht
    lire aussi
    à lire aussi
    abonnez-vous
    inscrivez-vous
    suivez-nous
    partager cet article
    mots-clés
    lea también
    lee también
    suscríbete
    suscríbase
    síguenos
    compartir en
    compartir esta
    etiquetas:
    责任编辑
    编辑：
    编辑:
    扫描二维码
    扫一扫
    关注我们
    关注微信
    版权所有
    版权声明
    免责声明
    原标题
    更多精彩
    点击查看
    分享到
    转载请注明
    上一篇
    下一篇
    """)

  private static let tailParts = phrases(
    """
    all rights reserved
    alle rechte vorbehalten
    tous droits réservés
    todos los derechos reservados
    版权归原作者所有
    """
  ).map { Array($0.utf8) }

  private static let headings = Set(
    phrases(
      """
      related news
      related articles
      related stories
      related topics
      related content
      related
      more news
      more stories
      more on this story
      most read
      most popular
      recommended
      recommended for you
      read next
      you may also like
      you might also like
      latest news
      trending
      trending now
      see also
      further reading
      comments
      share
      tags
      mehr zum thema
      weitere artikel
      weitere meldungen
      weitere nachrichten
      auch interessant
      das könnte sie auch interessieren
      verwandte artikel
      meistgelesen
      kommentare
      sur le même sujet
      articles liés
      articles similaires
      à lire aussi
      lire aussi
      les plus lus
      commentaires
      noticias relacionadas
      te puede interesar
      más noticias
      lo más leído
      lea también
      comentarios
      相关阅读
      相关新闻
      相关文章
      推荐阅读
      延伸阅读
      热门新闻
      相關新聞
      """
    ).map { Array($0.utf8) })

  private static func starts(_ text: String) -> Starts { Starts(phrases(text)) }

  private static func phrases(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.hasSuffix("© ") ? String($0) : $0.trimmingSpaces() }
  }
}
