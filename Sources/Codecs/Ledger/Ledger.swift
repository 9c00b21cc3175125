import LedeStorage

/// What an index was read from: the roots that were given, and every input found below them.
///
///     ledger := rootCount: varint, inputCount: varint, root*, input*
///     root   := kind: u8, path: string
///     input  := path: string, size: varint, mtime: i64, contentHash: u64, articleCount: varint
///     string := length: varint, UTF-8
///
/// In the file `ledger.<generation>`; the manifest names the generation.
package struct Ledger: Sendable, Equatable {
  /// A path as the user gave it.
  package struct Root: Sendable, Equatable {
    /// What the path led to.
    package enum Kind: UInt8, Sendable {
      case file = 0
      case directory = 1
      case standardInput = 2
    }
    package var path: String
    package var kind: Kind

    package init(path: String, kind: Kind) {
      self.path = path
      self.kind = kind
    }
  }

  /// A file that was read.
  package struct Input: Sendable, Equatable {
    package var path: String
    /// Bytes, as on the disk.
    package var size: UInt64
    /// Nanoseconds since 1970 of the last modification.
    package var mtime: Int64
    /// FNV-1a 64 over the lengths and content hashes of the input's records.
    package var contentHash: UInt64
    package var articleCount: UInt64

    package init(
      path: String, size: UInt64, mtime: Int64, contentHash: UInt64, articleCount: UInt64
    ) {
      self.path = path
      self.size = size
      self.mtime = mtime
      self.contentHash = contentHash
      self.articleCount = articleCount
    }
  }

  package var roots: [Root]
  package var inputs: [Input]

  package init(roots: [Root] = [], inputs: [Input] = []) {
    self.roots = roots
    self.inputs = inputs
  }
}

// MARK: - File

extension Ledger {
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
    var bytes: [UInt8] = []
    bytes.appendVarint(UInt64(roots.count))
    bytes.appendVarint(UInt64(inputs.count))
    for root in roots {
      bytes.append(root.kind.rawValue)
      bytes.appendString(root.path)
    }
    for input in inputs {
      bytes.appendString(input.path)
      bytes.appendVarint(input.size)
      bytes.appendUInt64(UInt64(bitPattern: input.mtime))
      bytes.appendUInt64(input.contentHash)
      bytes.appendVarint(input.articleCount)
    }
    return bytes
  }

  init(_ region: FileRegion) throws(FormatError) {
    var reader = ByteReader(region.bytes)
    do {
      self = try Ledger(from: &reader)
    } catch { throw region.corrupt(at: error.offset, "an entry makes no sense or is cut off") }
    guard reader.isAtEnd else { throw region.corrupt(at: reader.offset, "bytes are left over") }
  }

  // No array is reserved by a stated count: entries that are not there end the loop.
  private init(from reader: inout ByteReader) throws(OutOfBounds) {
    self.init()
    let rootCount = try reader.readVarint()
    let inputCount = try reader.readVarint()
    while UInt64(roots.count) < rootCount {
      let start = reader.offset
      guard let kind = Root.Kind(rawValue: try reader.readUInt8()) else {
        throw OutOfBounds(offset: start)
      }
      roots.append(Root(path: try reader.readString(), kind: kind))
    }
    while UInt64(inputs.count) < inputCount {
      inputs.append(
        Input(
          path: try reader.readString(), size: try reader.readVarint(),
          mtime: Int64(bitPattern: try reader.readUInt64()),
          contentHash: try reader.readUInt64(), articleCount: try reader.readVarint()))
    }
  }
}
