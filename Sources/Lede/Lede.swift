// The facade: one import gives an embedding program the article, the indexer and the searcher.
@_exported import LedeAnalysis
@_exported import LedeIndexing
@_exported import LedeModel
@_exported import LedeSearching
