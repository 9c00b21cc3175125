import Lede
import LedeArticles

/// The paths given to `lede index`, and what the ledger of the index knows about them.
struct IndexRoots {
  private let writer: IndexWriter
  private var numbers: [String: IndexWriter.RootNumber] = [:]

  /// The ledger remembers what the user named, so that it can be read again later.
  init(_ paths: [String], _ writer: IndexWriter) {
    self.writer = writer
    for path in paths {
      if path == "-" {
        numbers[path] = writer.record(root: path, at: path, kind: .standardInput)
      } else if let location = Platform.realPath(path) {
        let kind: IndexWriter.RootKind = Platform.isDirectory(path) ? .directory : .file
        numbers[path] = writer.record(root: path, at: location, kind: kind)
      }
    }
  }

  /// The root of a path; nil when nothing was there.
  subscript(path: String) -> IndexWriter.RootNumber? { numbers[path] }

  /// What need not be read again while it is unchanged: what the same rules have read.
  func known(rules: UInt64) -> KnownInputs {
    KnownInputs(
      numbers.mapValues { number in
        writer.knownInputs(in: number).compactMapValues { input in
          guard input.rules == rules else { return nil }
          return KnownInput(
            size: input.size, modificationTime: input.isSettled ? input.modificationTime : nil,
            contentHash: input.contentHash,
            recordsSoFar: input.isComplete ? nil : input.articleCount + input.refusedCount)
        }
      })
  }

  /// Problems that were found in inputs when they were read, and not again since they are unchanged.
  func refusedBefore(_ place: InputPlace) -> Int {
    numbers[place.root].flatMap { writer.knownInput(place.key, in: $0)?.refusedCount } ?? 0
  }
}
