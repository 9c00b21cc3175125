import LedeAnalysis
import LedeCodecs
import LedeModel
import LedeStorage

/// Derives an index again from its stored texts and holds it against what it says.
///
/// Finds what no checksum can: terms, postings or positions that were written wrongly. The texts
/// are analysed anew, without the code that wrote the index, and compared term by term, occurrence by
/// occurrence.
public enum DeepVerifier {
  /// What was compared.
  public struct Summary: Sendable, Equatable {
    /// Documents analysed again, deleted ones included.
    public var documents = 0
    public var segments = 0
    /// Differences, those that were not reported one by one included.
    public var differences = 0
  }

  /// Verifies the index in a directory; `report` gets the first differences of each segment.
  ///
  /// - Parameters:
  ///   - memoryBudget: bytes for what is derived at a time; one large article may exceed it.
  ///   - reportLimit: differences that are reported per segment.
  /// - Throws: when nothing can be derived: no index, no stored texts
  ///   (``IndexingError/noStoredText(directory:)``), or another analyzer than this program's.
  /// - Complexity: O(text), and once over the dictionary per chunk of `memoryBudget`.
  public static func verify(
    directory: String, memoryBudget: Int = 256 << 20, reportLimit: Int = 10,
    report: (FormatError) -> Void
  ) throws(IndexingError) -> Summary {
    try verify(
      directory: directory, fileSystem: PosixFileSystem(), memoryBudget: memoryBudget,
      reportLimit: reportLimit, report: report)
  }

  package static func verify(
    directory: String, fileSystem: any FileSystem, memoryBudget: Int = 256 << 20,
    reportLimit: Int = 10, report: (FormatError) -> Void
  ) throws(IndexingError) -> Summary {
    let (manifest, analyzer) = try open(directory, fileSystem)
    var summary = Summary()
    try withoutActuallyEscaping(report) { (report) throws(IndexingError) in
      for entry in manifest.segments {
        let segment: SegmentReader
        do throws(FormatError) {
          segment = try SegmentReader.open(
            fileSystem: fileSystem, directory: directory, entry: entry)
        } catch {
          // The ordinary check has said so; there is nothing to compare.
          summary.differences += 1
          report(error)
          continue
        }
        let found = Counter()
        var check = DeepSegmentCheck(segment, analyzer, memoryBudget: memoryBudget) {
          found.count += 1
          if found.count <= reportLimit { report($0.error) }
        }
        check.run()
        summary.segments += 1
        summary.documents += check.documents
        summary.differences += found.count
      }
    }
    return summary
  }

  private final class Counter { var count = 0 }

  private static func open(
    _ directory: String, _ fileSystem: any FileSystem
  ) throws(IndexingError) -> (Manifest, Analyzer) {
    let manifest: Manifest
    do throws(FormatError) {
      manifest = try Manifest.read(fileSystem: fileSystem, directory: directory)
    } catch { throw .format(error) }
    guard manifest.storesText else { throw .noStoredText(directory: directory) }
    let stored = AnalyzerIdentity(encoded: manifest.analyzer)
    let own: AnalyzerIdentity
    let analyzer: Analyzer
    do throws(AnalysisError) {
      own = try Analyzer.identity(of: stored?.language ?? .none)
      analyzer = try Analyzer(language: own.language)
    } catch { throw .analysis(error) }
    guard own == stored else {
      throw .analyzerMismatch(directory: directory, index: stored, writer: own)
    }
    return (manifest, analyzer)
  }
}
