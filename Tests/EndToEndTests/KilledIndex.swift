import Foundation
import Lede
import LedeCodecs
import LedeStorage

/// An index whose writers get killed, as its files say.
struct KilledIndex {
  let path: String

  private var isThere: Bool { FileManager.default.fileExists(atPath: path + "/manifest") }

  /// Title by key of the live articles.
  func contents() throws -> [String: String] {
    guard isThere else { return [:] }
    let fileSystem = PosixFileSystem()
    let manifest = try Manifest.read(fileSystem: fileSystem, directory: path)
    var found: [String: String] = [:]
    for entry in manifest.segments {
      let segment = try SegmentReader.open(fileSystem: fileSystem, directory: path, entry: entry)
      let cursor = StoredArticlesCursor(segment.stored)
      for doc in 0..<UInt32(segment.docCount) where segment.isLive(doc) {
        let article = try cursor.article(doc)
        guard found.updateValue(article.title, forKey: article.key) == nil else {
          throw LiveTwice(key: article.key)
        }
      }
    }
    return found
  }

  struct LiveTwice: Error { let key: String }

  /// What `verify` finds, and how many files nothing uses; `isDeep` derives the terms again, too.
  func findings(isDeep: Bool) throws -> (faults: [String], unused: Int) {
    guard isThere else { return ([], 0) }
    var faults: [String] = []
    var unused = 0
    _ = try IndexVerifier.verify(directory: path) {
      if $0.isFault { faults.append($0.description) } else { unused += 1 }
    }
    if isDeep { _ = try DeepVerifier.verify(directory: path) { faults.append($0.description) } }
    return (faults, unused)
  }
}
