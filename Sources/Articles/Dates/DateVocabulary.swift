/// The words that dates are written with, in lower case.
enum DateVocabulary {
  /// English, German, French, Spanish, Italian, Portuguese and Dutch, with the usual short forms.
  static let months: [String: Int] = {
    let names: [(Int, String)] = [
      (1, "january jan januar jänner janv janvier enero ene gennaio gen janeiro januari"),
      (
        2, "february feb februar feber février fevrier févr fevr fév fev febrero febbraio fevereiro"
      ),
      (2, "februari"),
      (3, "march mar märz maerz mrz mär mars marzo março marco maart mrt"),
      (4, "april apr avril avr abril abr aprile"),
      (5, "may mai mayo maggio mag maio mei"),
      (6, "june jun juni juin junio giugno giu junho"),
      (7, "july jul juli juillet juil julio luglio lug julho"),
      (8, "august aug août aout agosto ago augustus"),
      (9, "september sep sept septembre septiembre setiembre set settembre setembro"),
      (10, "october oct oktober okt octobre octubre ottobre ott outubro out"),
      (11, "november nov novembre noviembre novembro"),
      (12, "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro"),
    ]
    return table(names)
  }()

  /// Words that stand around a date without changing it.
  static let fillers: Set<String> = Set(
    """
    date datum fecha data published publication posted post created issued released on at the of \
    time veröffentlicht erstellt erschienen am um vom den der uhr stand publié publie publiée \
    paru le à a el la las los del de publicado publicada il alle ore pubblicato em às il y o'clock \
    zuletzt online o clock hrs hr hours h jour \
    发布 发布时间 发表 发表时间 时间 日期 于 发布于 發布 發布時間 時間 公開 配信 投稿 掲載 입력 등록
    """.split(separator: " ").map(String.init))

  /// Words that begin a second date, that of a later change.
  static let changes: Set<String> = Set(
    """
    updated update modified revised edited aktualisiert geändert mis mise modifié actualizado \
    actualizada aggiornato atualizado 更新 更新时间 更新時間 最終更新 修改 수정
    """.split(separator: " ").map(String.init))

  /// Weekdays, which are not checked against the date: sources get them wrong, and dates right.
  static let weekdays: Set<String> = Set(
    """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs \
    fri sat sun montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do \
    fr sa so lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim lunes \
    martes miércoles miercoles jueves viernes sábado sabado domingo mié mie jue vie sáb sab dom \
    lunedì martedì mercoledì giovedì venerdì sabato domenica gio maandag dinsdag woensdag \
    donderdag vrijdag zaterdag zondag segunda terça quarta quinta sexta feira \
    星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日 \
    週一 週二 週三 週四 週五 週六 週日 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 \
    월요일 화요일 수요일 목요일 금요일 토요일 일요일
    """.split(separator: " ").map(String.init))

  static let bracketedWeekdays: Set<String> = [
    "月", "火", "水", "木", "金", "土", "日", "월", "화", "수", "목", "금", "토", "일",
  ]

  static let ordinals: Set<String> = ["st", "nd", "rd", "th", "er", "re", "º", "ª"]

  static let yearMarks: Set<String> = ["年", "년"]
  static let monthMarks: Set<String> = ["月", "월"]
  static let dayMarks: Set<String> = ["日", "号", "號", "일"]
  static let hourMarks: Set<String> = ["时", "時", "点", "點", "시"]
  static let minuteMarks: Set<String> = ["分", "분"]
  static let secondMarks: Set<String> = ["秒", "초"]

  static let beforeNoon: Set<String> = ["am", "上午", "凌晨", "早上", "午前", "오전"]
  static let afterNoon: Set<String> = ["pm", "下午", "晚上", "傍晚", "午後", "오후"]

  /// Minutes east of UTC of zone names that mean one thing, or one thing nearly always.
  static let zones: [String: Int16] = {
    let names: [(Int, String)] = [
      (0, "z utc gmt ut wet 格林尼治时间"), (60, "bst cet mez wat"), (120, "cest mesz eet sast cat"),
      (180, "eest msk trt eat"), (210, "irst"), (240, "gst"), (300, "pkt uzt"), (330, "ist"),
      (345, "npt"), (360, "bdt"), (420, "ict wib"),
      (480, "hkt sgt pht myt awst bjt 北京时间 北京時間 香港时间 台北时间"), (540, "jst kst"),
      (570, "acst"), (600, "aest"), (660, "aedt"), (720, "nzst"), (780, "nzdt"), (-180, "brt art"),
      (-240, "edt ast"), (-300, "est cdt et"), (-360, "mdt ct"), (-420, "mst pdt"),
      (-480, "pst akdt pt"), (-540, "akst"), (-600, "hst"),
    ]
    return table(names).mapValues { Int16($0) }
  }()

  /// The zone whose meaning depends on the surroundings, see `ZoneContext`.
  static let centralZone = "cst"

  /// All words of scripts without spaces, by first scalar.
  private static let ideographicWords: [UInt32: [[UInt32]]] = {
    var words: [UInt32: [[UInt32]]] = [:]
    let sets = [
      fillers, changes, weekdays, yearMarks, monthMarks, dayMarks, hourMarks, minuteMarks,
      secondMarks, beforeNoon, afterNoon, Set(zones.keys),
    ]
    for word in sets.joined() {
      let scalars = word.unicodeScalars.map(\.value)
      guard let first = scalars.first, first >= 0x3040 else { continue }
      words[first, default: []].append(scalars)
    }
    return words
  }()

  /// Scalars that the longest known word at the front has; 1 where none is known.
  static func longestIdeographicWord(_ scalars: ArraySlice<UInt32>) -> Int {
    guard let first = scalars.first else { return 0 }
    let fitting = (ideographicWords[first] ?? []).filter { scalars.starts(with: $0) }
    return fitting.map(\.count).max() ?? 1
  }

  private static func table(_ rows: [(Int, String)]) -> [String: Int] {
    var table: [String: Int] = [:]
    for (value, words) in rows {
      for word in words.split(separator: " ") { table[String(word)] = value }
    }
    return table
  }
}
