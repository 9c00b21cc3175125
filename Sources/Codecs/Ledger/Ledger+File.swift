import LedeStorage

extension Ledger {
  /// Reads the ledger file of a generation.
  package static func read(
    fileSystem: any FileSystem, directory: String, generation: UInt64
  ) throws(FormatError) -> Ledger {
    let file = try EnvelopeFile.open(
      fileSystem: fileSystem, path: indexPath(directory, .ledger(generation: generation)),
      kind: .ledger, id: generation)
    if let finding = file.verify().first { throw finding }
    return try Ledger(try file.requiredSection(.ledger))
  }

  /// Writes the ledger file of a generation, durably but for its name.
  ///
  ///     ledger := nextInput: varint, ruleCount: varint, rootCount: varint, rules: u64 * ruleCount,
  ///               root*
  ///     root   := kind: u8, path: string, location: string, inputCount: varint, input*
  ///     input  := state: u8, shared: varint, rest: string, number: varint, rule: varint,
  ///               firstSequence: varint, size: varint, mtime: i64, contentHash: u64,
  ///               articleCount: varint, refusedCount: varint
  ///     string := length: varint, UTF-8
  ///
  /// Inputs stand in byte order of their keys; a key is the first `shared` bytes of the one before it
  /// and then `rest`. `rule` is the place of an input's `rules` among those of the head.
  package func write(
    fileSystem: any FileSystem, directory: String, generation: UInt64
  ) throws(FormatError) {
    let writer = try EnvelopeWriter(
      fileSystem: fileSystem, path: indexPath(directory, .ledger(generation: generation)),
      kind: .ledger, id: generation)
    try writer.append(section: .ledger, encoded)
    try writer.finish()
  }

  private var encoded: [UInt8] {
    let rules = Set(roots.flatMap { $0.inputs.map(\.rules) }).sorted()
    var places: [UInt64: UInt64] = [:]
    for (place, rule) in rules.enumerated() { places[rule] = UInt64(place) }
    var bytes: [UInt8] = []
    bytes.appendVarint(nextInput)
    bytes.appendVarint(UInt64(rules.count))
    bytes.appendVarint(UInt64(roots.count))
    for rule in rules { bytes.appendUInt64(rule) }
    for root in roots {
      bytes.append(root.kind.rawValue)
      bytes.appendString(root.path)
      bytes.appendString(root.location)
      bytes.appendVarint(UInt64(root.inputs.count))
      var previous: [UInt8] = []
      for input in root.inputs {
        let key = Array(input.key.utf8)
        input.append(key: key, after: previous, rule: places[input.rules] ?? 0, to: &bytes)
        previous = key
      }
    }
    return bytes
  }
}

extension Ledger.Input {
  fileprivate func append(
    key: [UInt8], after previous: [UInt8], rule: UInt64, to bytes: inout [UInt8]
  ) {
    let shared = zip(key, previous).prefix { $0 == $1 }.count
    bytes.append(state.rawValue)
    bytes.appendVarint(UInt64(shared))
    bytes.appendVarint(UInt64(key.count - shared))
    bytes.append(contentsOf: key[shared...])
    bytes.appendVarint(number)
    bytes.appendVarint(rule)
    bytes.appendVarint(firstSequence)
    bytes.appendVarint(size)
    bytes.appendUInt64(UInt64(bitPattern: mtime))
    bytes.appendUInt64(contentHash)
    bytes.appendVarint(articleCount)
    bytes.appendVarint(refusedCount)
  }
}

// MARK: - Reading

extension Ledger {
  init(_ region: FileRegion) throws(FormatError) {
    var reader = ByteReader(region.bytes)
    do {
      self = try Ledger(from: &reader)
    } catch { throw region.corrupt(at: error.offset, "an entry makes no sense or is cut off") }
    guard reader.isAtEnd else { throw region.corrupt(at: reader.offset, "bytes are left over") }
  }

  // No array is reserved by a stated count: entries that are not there end the loop.
  private init(from reader: inout ByteReader) throws(OutOfBounds) {
    self.init(nextInput: try reader.readVarint())
    let ruleCount = try reader.readVarint()
    let rootCount = try reader.readVarint()
    // A counter that goes up by one never gets there, and nothing overflows from there.
    guard nextInput <= UInt64.max / 2 else { throw OutOfBounds(offset: 0) }
    var rules: [UInt64] = []
    while UInt64(rules.count) < ruleCount { rules.append(try reader.readUInt64()) }
    while UInt64(roots.count) < rootCount {
      let start = reader.offset
      guard let kind = Root.Kind(rawValue: try reader.readUInt8()) else {
        throw OutOfBounds(offset: start)
      }
      var root = Root(
        path: try reader.readString(), location: try reader.readString(), kind: kind)
      let inputCount = try reader.readVarint()
      var key: [UInt8] = []
      while UInt64(root.inputs.count) < inputCount {
        let input = try Input(from: &reader, key: &key, rules: rules, nextInput: nextInput)
        root.inputs.append(input)
      }
      roots.append(root)
    }
  }
}

extension Ledger.Input {
  /// - Parameter key: of the input before; that of this one after.
  fileprivate init(
    from reader: inout ByteReader, key: inout [UInt8], rules: [UInt64], nextInput: UInt64
  ) throws(OutOfBounds) {
    let start = reader.offset
    let state = State(rawValue: try reader.readUInt8())
    let shared = try reader.readVarint()
    guard state.isSubset(of: .all), shared <= UInt64(key.count) else {
      throw OutOfBounds(offset: start)
    }
    key.removeSubrange(Int(shared)...)
    let rest = try reader.readVarint()
    // Keys that share what is before them are longer than the file that holds them: bound them.
    guard rest <= UInt64(Self.maximumKeySize - key.count) else { throw OutOfBounds(offset: start) }
    key.append(contentsOf: try reader.readBytes(Int(rest)))
    let number = try reader.readVarint()
    let rule = try reader.readVarint()
    guard number > 0, number < nextInput, rule < UInt64(rules.count) else {
      throw OutOfBounds(offset: start)
    }
    self.init(
      key: String(decoding: key, as: UTF8.self), number: number, state: state,
      firstSequence: try reader.readVarint(), size: try reader.readVarint(),
      mtime: Int64(bitPattern: try reader.readUInt64()), contentHash: try reader.readUInt64(),
      rules: rules[Int(rule)], articleCount: try reader.readVarint(),
      refusedCount: try reader.readVarint())
  }
}
