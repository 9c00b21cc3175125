import Lede
import LedeArticles

/// Which inputs a run found, by root, to tell which ones of earlier runs are gone.
struct MissingInputs {
  let paths: [String]
  let options: ArticleReaderOptions
  let allowsEmpty: Bool
  private var roots: [String: Found] = [:]

  private struct Found {
    /// Inputs that are there, whether or not they could be read.
    var keys: Set<String> = []
    /// Folders that could not be listed: what lies below them is anyone's guess.
    var unreadable: [String] = []
    var isUnreadable = false
  }

  init(_ paths: [String], _ options: ArticleReaderOptions, allowsEmpty: Bool) {
    self.paths = paths
    self.options = options
    self.allowsEmpty = allowsEmpty
  }

  mutating func note(_ input: InputSummary) {
    let place = input.place
    switch input.outcome {
    case .read, .damaged, .unchanged, .skipped(.empty):
      roots[place.root, default: Found()].keys.insert(place.key)
    case .failed:
      roots[place.root, default: Found()].keys.insert(place.key)
      roots[place.root, default: Found()].unreadable.append(place.key + "/")
      if place.key.isEmpty { roots[place.root, default: Found()].isUnreadable = true }
    case .skipped: break
    }
  }

  /// Inputs of a root that are there.
  func present(_ root: String) -> Set<String> { roots[root]?.keys ?? [] }

  /// Whether a folder named could not be listed.
  func isUnreadable(_ root: String) -> Bool { roots[root]?.isUnreadable ?? false }

  /// Known inputs of a folder that are gone; nil where it is better not believed.
  func gone(_ root: String, known: some Sequence<String>) -> [String]? {
    let found = roots[root] ?? Found()
    if found.isUnreadable { return nil }
    var gone: [String] = []
    var count = 0
    for key in known {
      count += 1
      if found.keys.contains(key) { continue }
      if found.unreadable.contains(where: { key.hasPrefix($0) }) { continue }
      gone.append(key)
    }
    return gone.count == count && count > 0 && !allowsEmpty ? nil : gone
  }
}

extension IndexRun {
  /// Deletes what has gone from the roots of this run, and brings back what it had replaced.
  mutating func deleteMissing() throws {
    guard let missing else { return }
    for path in missing.paths {
      guard let root = roots[path] else {
        // The reader has said that there is nothing.
        refuse(path, "it is not there; check the path, and whether its disk is mounted")
        continue
      }
      if Platform.isDirectory(path) {
        let known = writer.knownInputs(in: root).keys
        guard let gone = missing.gone(path, known: known) else {
          refuse(
            path,
            missing.isUnreadable(path)
              ? "it cannot be listed; grant read permission, for example with chmod +r"
              : "none of the files that were read from it is there any more; check whether its "
                + "disk is mounted, or add --allow-empty if they are gone for good")
          continue
        }
        summary.missingInputs += gone.count
        summary.deleted += try writer.deleteInputs(gone, in: root)
      }
      summary.deleted += try writer.deleteStale(inputs: missing.present(path), in: root)
    }
    if summary.deleted > 0 { try restoreOvertaken(missing) }
  }

  private mutating func refuse(_ path: String, _ reason: String) {
    summary.refusedRoots += 1
    progress.clear()
    Talk.say(
      "error: no article of \(PrintableText.of(path)) was deleted: \(reason)")
  }

  /// Reads inputs again some of whose articles other inputs had replaced: where those are gone by
  /// now, the articles come back.
  private mutating func restoreOvertaken(_ missing: MissingInputs) throws {
    let paths = missing.paths.filter { path in
      guard let root = roots[path] else { return false }
      return missing.present(path).contains { writer.isOvertaken($0, in: root) }
    }
    guard !paths.isEmpty else { return }
    let reader = ArchiveReader(paths: paths, options: missing.options) { [self] in
      guard let root = roots[$0.root] else { return false }
      return writer.isOvertaken($0.key, in: root)
    }
    while let event = reader.next() {
      if Interruption.isRequested { try abandon() }
      switch event {
      case .began(let place):
        input = roots[place.root].flatMap { writer.input(place.key, in: $0) }
      case .article(let article):
        if try !writer.contains(key: article.key) {
          _ = try writer.add(article, from: input)
          summary.restored += 1
        }
      case .resumed, .checkpoint, .problem, .input: break
      }
    }
    input = nil
  }
}
