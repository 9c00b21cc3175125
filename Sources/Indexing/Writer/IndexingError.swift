import LedeAnalysis
import LedeCodecs
import LedeStorage

/// Why an index could not be written. The last commit is usable after every one of them.
public enum IndexingError: Error, Equatable, CustomStringConvertible {
  /// Another writer is at work on the index.
  case locked(path: String)
  /// The index was made by an analyzer that makes other terms; nil when its record is unreadable.
  case analyzerMismatch(directory: String, index: AnalyzerIdentity?, writer: AnalyzerIdentity)
  /// The index stores texts and the writer was told not to, or the other way round.
  case storedTextMismatch(directory: String, indexStoresText: Bool)
  /// The index stores no texts, and what was asked for needs them.
  case noStoredText(directory: String)
  /// The manifest is lost, and the texts fit no language, or several, that the index was made for.
  case unknownLanguage(directory: String, fitting: [String])
  /// Segments are there, and the manifest that names them is not.
  case manifestLost(directory: String)
  /// Title and body together exceed ``IndexWriterOptions/maximumTextSize`` bytes.
  case textTooLarge(key: String, bytes: Int, limit: Int)
  /// The key is empty or exceeds ``IndexWriterOptions/maximumKeySize`` bytes.
  case invalidKey(key: String, bytes: Int, limit: Int)
  /// The analyzer could not be made.
  case analysis(AnalysisError)
  /// A file of the index could not be written, or one that was there could not be read.
  case format(FormatError)
  /// A merge was given up by whoever asked for it; the index is as the last commit left it.
  case cancelled
  /// The writer failed before, for the reason given, and takes nothing until it is rolled back.
  case writerFailed(directory: String, reason: String)

  /// Whether only the one article was refused, and the writer goes on as if it had not been there.
  public var concernsOneArticle: Bool {
    switch self {
    case .textTooLarge, .invalidKey: true
    default: false
    }
  }

  public var description: String {
    switch self {
    case .locked(let path):
      "\(path) is locked by another writer: wait until it has finished"
    case .analyzerMismatch(let directory, let index, let writer):
      "the index \(directory) was made by another analyzer (\(index.map(\.description) ?? "unknown")) "
        + "than this one (\(writer)): write to a new index, or with the language and the libraries "
        + "that made it"
    case .storedTextMismatch(let directory, let storesText):
      storesText
        ? "the index \(directory) stores the texts of its articles: add to it without --no-store, "
          + "or write to a new index"
        : "the index \(directory) stores no texts: add to it with --no-store, or write to a new index"
    case .noStoredText(let directory):
      "the index \(directory) was built with --no-store: it holds no texts from which anything could "
        + "be derived; build it again from its archive if you doubt it"
    case .unknownLanguage(let directory, let fitting):
      "the manifest of \(directory) is lost, and its texts do not tell the language that it was made "
        + "for: name it with --language"
        + (fitting.isEmpty ? "" : " (\(fitting.joined(separator: ", ")) fit alike)")
    case .manifestLost(let directory):
      "\(directory)/manifest is missing, though segments of an index are there: lede repair makes it "
        + "anew from them, or restore it from a backup of the index"
    case .textTooLarge(let key, let bytes, let limit):
      "the article \(Self.shortened(key)) has \(bytes) bytes of text, more than the \(limit) of one "
        + "article: split it"
    case .invalidKey(let key, let bytes, let limit):
      bytes == 0
        ? "an article has an empty key: give it one"
        : "the key \(Self.shortened(key)) has \(bytes) bytes, more than \(limit): shorten it"
    case .analysis(let error): error.description
    case .format(let error): error.description
    case .cancelled: "given up: the index is as the last commit left it"
    case .writerFailed(let directory, let reason):
      "writing to \(directory) failed before (\(reason)): roll the writer back or open it again; "
        + "the last commit is intact"
    }
  }

  private static func shortened(_ key: String) -> String {
    key.utf8.count <= 80 ? key : String(key.prefix(77)) + "…"
  }
}
