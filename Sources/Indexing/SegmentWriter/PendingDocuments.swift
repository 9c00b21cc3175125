import LedeCodecs
import LedeModel

/// What a segment under construction knows of its documents one by one: keys, values, which are live.
///
/// A structure of its own, for a class's properties are checked for exclusive access at every use.
struct PendingDocuments: ~Copyable {
  private var columns = ColumnsWriter()
  private var keys = PendingKeys()
  private var sequences = SequencesWriter()
  private var inputs = SequencesWriter()
  /// By document.
  private var live: [Bool] = []
  private(set) var liveCount = 0
  /// Bytes of memory of the columns, some articles ago: asking them costs more than adding to them.
  private var columnsUse = 0

  /// Documents so far, dead ones included.
  var count: Int { live.count }

  /// Bytes of memory that they and writing them take.
  var memoryUse: Int { keys.memoryUse + 88 * count + columnsUse }

  /// Bytes of all keys.
  var keyBytes: Int { keys.size }

  /// Adds a document whose key no live one has.
  mutating func add(_ article: Article, sequence: UInt64, input: UInt64) throws(FormatError) {
    try keys.add(article.key)
    columns.add(article)
    sequences.add(sequence)
    inputs.add(input)
    live.append(true)
    liveCount += 1
    if count % 64 == 1 { columnsUse = columns.memoryUse }
  }

  /// Marks the live document of a key dead and gives the number of its input; nil when there is none.
  mutating func delete(_ key: String) -> UInt64? {
    guard let doc = liveDocument(key) else { return nil }
    live[Int(doc)] = false
    liveCount -= 1
    return inputs[doc]
  }

  /// The live document of a key.
  mutating func liveDocument(_ key: String) -> UInt32? {
    keys.document(key).flatMap { live[Int($0)] ? $0 : nil }
  }

  var dead: [UInt32] {
    live.indices.filter { !live[$0] }.map { UInt32(truncatingIfNeeded: $0) }
  }

  /// Writes their sections.
  func write(to envelope: EnvelopeWriter) throws(FormatError) {
    try columns.write(to: envelope)
    try keys.write(to: envelope, sequences: sequences)
    try sequences.write(to: envelope)
    if inputs.isNonzero { try inputs.write(to: envelope, section: .inputs) }
  }
}
