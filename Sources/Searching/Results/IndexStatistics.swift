import LedeAnalysis
import LedeCodecs
import LedeModel

/// What an index holds and how large it is, at one commit.
public struct IndexStatistics: Sendable, Equatable {
  /// Bytes of one section of the files, over all segments.
  public struct SectionSize: Sendable, Equatable {
    public var name: String
    public var bytes: Int
  }

  /// Live documents.
  public var documents: Int
  /// Deleted documents that still take room.
  public var deleted: Int
  public var segments: Int
  /// Surfaces in the dictionaries; one that stands in several segments counts in each.
  public var terms: Int
  /// Positions of all live documents: words, and characters of scripts without spaces.
  public var tokens: Int
  /// Bytes of the segments' files.
  public var bytes: Int
  /// By falling size.
  public var sections: [SectionSize]
  public var storesText: Bool
  /// Counts commits, from 1.
  public var generation: UInt64
  public var analyzer: AnalyzerIdentity
}

/// Figures that take a walk through the whole vocabulary.
public struct PostingStatistics: Sendable, Equatable {
  /// (term, document) pairs of surfaces in `text` and `title`, deleted documents included.
  public var postings: Int
  /// Occurrences of surfaces, deleted documents included.
  public var occurrences: Int
  /// Pairs of classes that have postings of their own.
  public var classPostings: Int
  /// Bits of the postings section per pair, classes included: documents, termFreqs, bounds, skips.
  public var bitsPerPosting: Double
  /// Bits of the positions section per occurrence.
  public var bitsPerPosition: Double
}

extension Searcher {
  /// Sizes that the files state.
  ///
  /// - Complexity: O(segments).
  public var statistics: IndexStatistics {
    var sizes: [String: Int] = [:]
    for segment in segments {
      for section in segment.sections { sizes[section.kind.name, default: 0] += section.length }
    }
    let sections = sizes.map { IndexStatistics.SectionSize(name: $0.key, bytes: $0.value) }
      .sorted { ($1.bytes, $0.name) < ($0.bytes, $1.name) }
    return IndexStatistics(
      documents: collection.documents,
      deleted: segments.reduce(0) { $0 + $1.docCount - $1.liveCount }, segments: segments.count,
      terms: segments.reduce(0) { $0 + $1.terms.count(.textSurface) },
      tokens: Int(clamping: collection.sumLength(.text)),
      bytes: segments.reduce(0) { $0 + $1.size }, sections: sections,
      storesText: manifest.storesText, generation: manifest.generation,
      analyzer: analyzerIdentity)
  }

  /// Counts postings and occurrences.
  ///
  /// Errors: a damaged dictionary.
  /// - Complexity: O(terms).
  public func postingStatistics() throws(SearchError) -> PostingStatistics {
    var result = PostingStatistics(
      postings: 0, occurrences: 0, classPostings: 0, bitsPerPosting: 0, bitsPerPosition: 0)
    var bits = (postings: 0.0, positions: 0.0)
    do {
      for segment in segments {
        for field in Field.allCases {
          try segment.terms.enumerate(.surface(field)) { _, entry in
            result.postings += Int(entry.docFreq)
            result.occurrences &+= Int(clamping: entry.totalTermFreq)
            bits.positions += 8 * Double(entry.encodedSize.positions)
            bits.postings += 8 * Double(entry.encodedSize.postings)
          }
          try segment.terms.enumerate(.class(field)) { _, entry in
            result.classPostings += Int(entry.docFreq)
            bits.postings += 8 * Double(entry.encodedSize.postings)
          }
        }
      }
    } catch let error as FormatError {
      throw .index(error)
    } catch { preconditionFailure("no other error is thrown") }
    let pairs = result.postings + result.classPostings
    result.bitsPerPosting = pairs == 0 ? 0 : bits.postings / Double(pairs)
    result.bitsPerPosition =
      result.occurrences == 0 ? 0 : bits.positions / Double(result.occurrences)
    return result
  }
}
