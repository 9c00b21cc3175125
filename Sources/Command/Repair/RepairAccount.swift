import Lede

/// What `lede repair` found and did, for people and for programs.
struct RepairAccount {
  private let report: RepairReport
  private let directory: String
  private let isDryRun: Bool

  init(_ report: RepairReport, directory: String, isDryRun: Bool) {
    self.report = report
    self.directory = directory
    self.isDryRun = isDryRun
  }

  /// The report for people: what was damaged, what was lost, and what is left.
  var lines: [String] {
    guard report.isDamaged else {
      return ["\(directory) is sound: nothing to repair"]
    }
    var lines: [String] = []
    if let damage = report.manifestDamage {
      lines.append("manifest: \(damage)")
      lines.append(
        "  made anew from the segments; articles deleted or never committed may be there")
      lines.append("  language: \(report.language?.code ?? "unknown"); --language names another")
    }
    if let damage = report.ledgerDamage {
      lines.append("ledger: \(damage)")
      lines.append("  left out: the next lede index reads every input again")
    }
    for segment in report.segments { lines += Self.lines(segment) }
    for path in report.keptAside { lines.append("kept aside: \(path)") }
    let verb = isDryRun ? "would hold" : "holds"
    lines.append(
      "\(directory) \(verb) \(Numbers.counted(report.documentCount, "document")): "
        + "\(Numbers.counted(report.healthySegments, "segment")) untouched, "
        + "\(Numbers.grouped(report.saved)) documents saved, \(Numbers.grouped(report.lost)) lost")
    return lines
  }

  private static func lines(_ segment: RepairReport.Segment) -> [String] {
    var lines = [segment.damage]
    lines.append(
      "  \(Numbers.counted(segment.saved, "document")) saved, "
        + "\(Numbers.grouped(segment.lost)) lost")
    for key in segment.lostKeys { lines.append("  lost: \(key)") }
    let nameless = segment.lost - segment.lostKeys.count
    if nameless > 0 {
      lines.append("  lost: \(Numbers.counted(nameless, "document")) whose id is lost too")
    }
    for key in segment.uncheckedKeys {
      lines.append("  saved, but its text could not be checked: \(key)")
    }
    if segment.losesValues, segment.saved > 0 {
      lines.append("  date, source, category and language of the saved documents are lost")
    }
    if segment.mayRevive {
      lines.append("  documents that had been deleted may be back")
    }
    return lines
  }

  /// The report as one JSON object on one line.
  var json: String {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("version", 1)
      writer.member("index", directory)
      writer.member("dry_run", isDryRun)
      writer.member("damaged", report.isDamaged)
      writer.member("manifest", report.manifestDamage)
      writer.member("language", report.language?.code)
      writer.member("ledger", report.ledgerDamage)
      let numbers = [
        ("documents", report.documentCount), ("healthy_segments", report.healthySegments),
        ("saved", report.saved), ("lost", report.lost),
      ]
      for (name, number) in numbers { writer.member(name, number) }
      writer.key("segments")
      writer.array(report.segments) { writer, segment in Self.write(segment, into: &writer) }
      writer.key("kept_aside")
      writer.array(report.keptAside) { writer, path in writer.string(path) }
    }
    return writer.text
  }

  private static func write(_ segment: RepairReport.Segment, into writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("file", segment.path)
      writer.member("damage", segment.damage)
      writer.member("saved", segment.saved)
      writer.member("lost", segment.lost)
      writer.key("lost_ids")
      writer.array(segment.lostKeys) { writer, key in writer.string(key) }
      writer.key("unchecked_ids")
      writer.array(segment.uncheckedKeys) { writer, key in writer.string(key) }
      writer.member("loses_values", segment.losesValues)
      writer.member("may_revive", segment.mayRevive)
    }
  }
}
