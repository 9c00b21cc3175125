import LedeModel

/// Reads the records of one input.
///
/// Behaves like this loop: each call hands out the next article, or says that one record was
/// refused (its problem is noted in the session), until `.end`; a stream that breaks throws, and
/// everything before the break was handed out.
protocol RecordReader: AnyObject {
  func next() throws(StreamFailure) -> RecordStep
}

enum RecordStep {
  case article(Article)
  case refused
  case end
}
