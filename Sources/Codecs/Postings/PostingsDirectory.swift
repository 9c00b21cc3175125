/// The directory of a long list, gathered block by block.
struct PostingsDirectory {
  var lastDocs: [UInt32] = []
  var offsets: [UInt32] = []
  var positionOffsets: [UInt32] = []
  var fronts: [ImpactFront] = []
  static let groupSize = 32

  mutating func removeAll() {
    lastDocs.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    positionOffsets.removeAll(keepingCapacity: true)
    fronts.removeAll(keepingCapacity: true)
  }

  func write(to buffer: EncodingBuffer, grouping builder: inout ImpactFrontBuilder) {
    for front in fronts { builder.add(front) }
    builder.finish().append(to: buffer)
    for column in [lastDocs, offsets, positionOffsets] {
      column.withUnsafeBufferPointer { buffer.append(littleEndian: $0) }
    }
    for front in fronts { front.append(to: buffer) }
    guard fronts.count > Self.groupSize else { return }
    let groups = stride(from: 0, to: fronts.count, by: Self.groupSize).map {
      $0..<min($0 + Self.groupSize, fronts.count)
    }
    let groupLastDocs = groups.map { lastDocs[$0.upperBound - 1] }
    groupLastDocs.withUnsafeBufferPointer { buffer.append(littleEndian: $0) }
    for group in groups {
      for front in fronts[group] { builder.add(front) }
      builder.finish().append(to: buffer)
    }
  }
}
