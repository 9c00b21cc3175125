/// Finds terms by ordinal, the next ones mostly a little further on: in the same block, the values
/// passed already are not passed again.
struct OrdinalLookUp {
  private var block: TermBlock?
  private var cursor: TermBlock.ValueCursor?

  /// What is said of a term with postings of its own in a dictionary, always the same one.
  mutating func value(
    _ ordinal: UInt32, in dictionary: TermDictionary
  ) throws(FormatError) -> TermValue {
    if let block, var cursor, ordinal >= block.firstOrdinal &+ UInt32(cursor.index),
      ordinal - block.firstOrdinal < UInt32(block.count)
    {
      return try value(Int(ordinal - block.firstOrdinal), of: block, &cursor, in: dictionary)
    }
    let (block, index) = try dictionary.block(holding: ordinal)
    guard !block.namespace.isFold else { throw dictionary.aliasNamesNoTerm(block) }
    self.block = block
    var cursor = try block.valueCursor(towards: index)
    return try value(index, of: block, &cursor, in: dictionary)
  }

  private mutating func value(
    _ index: Int, of block: TermBlock, _ cursor: inout TermBlock.ValueCursor,
    in dictionary: TermDictionary
  ) throws(FormatError) -> TermValue {
    block.skip(index - cursor.index, &cursor)
    let value = try block.nextValue(&cursor)
    self.cursor = cursor
    guard value.term.doc_freq > 0 else { throw dictionary.aliasNamesNoTerm(block) }
    return value
  }
}

extension TermDictionary {
  fileprivate func aliasNamesNoTerm(_ block: TermBlock) -> FormatError {
    region.corrupt(at: block.start, "an alias names a term without postings")
  }
}
