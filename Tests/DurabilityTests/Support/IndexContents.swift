import LedeCodecs
import LedeIndexing
import LedeModel
import LedeStorage
import Testing

/// Which articles an index holds: body by key.
typealias Contents = [String: String]

/// The articles of an index's last commit, read segment by segment; none where there is no commit.
func contents(of fileSystem: any FileSystem, _ directory: String) throws -> Contents {
  guard try hasCommit(fileSystem, directory) else { return [:] }
  let manifest = try Manifest.read(fileSystem: fileSystem, directory: directory)
  var found: Contents = [:]
  for entry in manifest.segments {
    let segment = try SegmentReader.open(
      fileSystem: fileSystem, directory: directory, entry: entry)
    let cursor = StoredArticlesCursor(segment.stored)
    for doc in 0..<UInt32(segment.docCount) where segment.isLive(doc) {
      let article = try cursor.article(doc)
      guard found.updateValue(article.body, forKey: article.key) == nil else {
        throw LiveTwice(key: article.key)
      }
    }
  }
  if manifest.ledgerGeneration > 0 {
    _ = try Ledger.read(
      fileSystem: fileSystem, directory: directory, generation: manifest.ledgerGeneration)
  }
  return found
}

private func hasCommit(_ fileSystem: any FileSystem, _ directory: String) throws -> Bool {
  do throws(StorageError) {
    return try fileSystem.list(directory).contains("manifest")
  } catch {
    if error.isMissingFile { return false }
    throw error
  }
}

/// Two live documents have one key.
struct LiveTwice: Error { let key: String }

/// What `verify` finds, as text; with `faultsOnly` not files that nothing uses.
func findings(
  in fileSystem: any FileSystem, _ directory: String, faultsOnly: Bool
) throws -> [String] {
  guard try hasCommit(fileSystem, directory) else { return [] }
  var findings: [String] = []
  _ = try IndexVerifier.verify(directory: directory, fileSystem: fileSystem) {
    if $0.isFault || !faultsOnly { findings.append($0.description) }
  }
  return findings
}

/// Ends a test at the first of thousands of cases that fails: each failure of `#expect` keeps what it
/// compared, which for whole indexes fills the memory.
func demand(_ holds: Bool, _ what: String) throws {
  if !holds { throw UnmetDemand(description: what) }
}

struct UnmetDemand: Error, CustomStringConvertible { let description: String }
