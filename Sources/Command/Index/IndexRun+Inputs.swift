import Lede
import LedeArticles

/// What a run writes into the ledger, and says, about the inputs that it reads.
extension IndexRun {
  mutating func begin(_ place: InputPlace) {
    input = roots[place.root].map { writer.beginInput(place.key, in: $0) }
  }

  /// Goes on with an input of which an interrupted run has committed the first records.
  mutating func resume(_ place: InputPlace) {
    input = roots[place.root].flatMap { writer.input(place.key, in: $0) }
  }

  /// Remembers how far an input was read, for the next commit.
  mutating func checkpoint(_ found: InputSummary) {
    guard let root = roots[found.place.root] else { return }
    record(found, isComplete: false, in: root)
  }

  mutating func end(_ found: InputSummary) {
    if found.suppressedProblems > 0 {
      progress.clear()
      Talk.say(
        "\(PrintableText.of(found.path)): "
          + Numbers.counted(found.suppressedProblems, "more problem") + " of the same kinds")
    }
    sayOvertaken(by: found)
    missing?.note(found)
    record(found)
    input = nil
  }

  private mutating func record(_ found: InputSummary) {
    guard let root = roots[found.place.root] else { return }
    switch found.outcome {
    case .read, .damaged:
      record(found, isComplete: found.outcome == .read, in: root)
    case .skipped(.empty):
      // It may have held articles before.
      if writer.knownInput(found.key, in: root) != nil {
        record(found, isComplete: true, in: root)
      }
    case .unchanged:
      summary.refusedBefore += roots.refusedBefore(found.place)
      writer.recordUnchanged(
        found.key, in: root, modificationTime: found.modificationTime, isSettled: found.isSettled)
    case .skipped, .failed: break
    }
  }

  private func record(
    _ found: InputSummary, isComplete: Bool, in root: IndexWriter.RootNumber
  ) {
    if input == nil { _ = writer.beginInput(found.key, in: root) }
    writer.record(
      LedgerInput(
        size: found.fileSize, modificationTime: found.modificationTime,
        isSettled: found.isSettled, isComplete: isComplete,
        contentHash: found.contentHash, rules: rules, articleCount: found.articleCount,
        refusedCount: found.recordCount - found.articleCount),
      of: found.key, in: root)
  }

  /// Names both sources of the articles that replaced each other.
  private mutating func sayOvertaken(by found: InputSummary) {
    for (other, articles) in overtaken.take() {
      summary.overtaken += articles.count
      guard !quiet, summary.overtakenPairs < Self.sayingLimit else {
        summary.overtakenPairs += 1
        continue
      }
      summary.overtakenPairs += 1
      progress.clear()
      Talk.say(
        "warning: \(PrintableText.of(found.path)) took the place of "
          + Numbers.counted(articles.count, "article") + " of "
          + PrintableText.of(writer.path(of: other) ?? "another input")
          + " with the same key, such as '\(PrintableText.of(articles.first))'")
    }
  }

  /// Pairs of inputs that are named; the report counts all.
  private static var sayingLimit: Int { 20 }
}

/// Articles of other inputs that those of the input being read replaced.
struct OvertakenInputs {
  private var articles: [InputNumber: (first: String, count: Int)] = [:]
  private var order: [InputNumber] = []

  mutating func add(_ key: String, of input: InputNumber) {
    if articles[input] == nil { order.append(input) }
    articles[input, default: (key, 0)].count += 1
  }

  /// What was gathered, in the order in which it came; nothing is left.
  mutating func take() -> [(input: InputNumber, articles: (first: String, count: Int))] {
    guard !order.isEmpty else { return [] }
    defer { self = OvertakenInputs() }
    return order.compactMap { input in articles[input].map { (input, $0) } }
  }
}
