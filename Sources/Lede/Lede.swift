// The facade: one import gives an embedding program the article, the indexer and the searcher.
@_exported import LedeAnalysis
import LedeCodecs
@_exported import LedeIndexing
@_exported import LedeModel
@_exported import LedeSearching

/// Checks every byte of an index, and that its parts agree with each other.
public typealias IndexVerifier = LedeCodecs.IndexVerifier

/// What is wrong with a file of an index.
public typealias FormatError = LedeCodecs.FormatError

/// One state of an index that stays as it is.
public typealias IndexSnapshot = LedeCodecs.IndexSnapshot
