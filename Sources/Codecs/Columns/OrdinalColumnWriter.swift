import LedeStorage

/// Collects a string per document and turns it into ordinals of a sorted table.
struct OrdinalColumnWriter {
  /// Place in `strings` plus one, in the order of their first coming; 0 for none.
  private var provisional: [UInt32] = []
  private var places: [String: UInt32] = [:]
  private var strings: [String] = []
  private var stringBytes = 0

  var memoryUse: Int { 4 * provisional.capacity + 2 * stringBytes + 64 * strings.capacity }

  mutating func add(_ value: String?) {
    guard let value else { return provisional.append(0) }
    if let place = places[value] { return provisional.append(place) }
    strings.append(value)
    stringBytes += value.utf8.count
    places[value] = UInt32(strings.count)
    provisional.append(UInt32(strings.count))
  }

  func encoded() throws(FormatError) -> [UInt8] {
    guard stringBytes <= UInt32.max else {
      throw .tooLarge(key: "column", bytes: stringBytes, limit: Int(UInt32.max))
    }
    let order = strings.indices.sorted {
      strings[$0].utf8.lexicographicallyPrecedes(strings[$1].utf8)
    }
    var ordinals = [UInt32](repeating: 0, count: strings.count + 1)
    for (place, index) in order.enumerated() { ordinals[index + 1] = UInt32(place + 1) }
    let width = self.width
    var bytes: [UInt8] = []
    bytes.appendUInt32(UInt32(strings.count))
    bytes.appendUInt32(width)
    for place in provisional {
      let ordinal = ordinals[Int(place)]
      switch width {
      case 0: break
      case 1: bytes.append(UInt8(truncatingIfNeeded: ordinal))
      case 2: bytes.appendUInt16(UInt16(truncatingIfNeeded: ordinal))
      default: bytes.appendUInt32(ordinal)
      }
    }
    bytes.padToMultiple(of: 8)
    appendTable(order, to: &bytes)
    return bytes
  }

  /// Bytes per ordinal; none when every document has the only string, or none has any.
  private var width: UInt32 {
    switch strings.count {
    case 0: 0
    case 1: provisional.contains(0) ? 1 : 0
    default: strings.count <= 0xff ? 1 : strings.count <= 0xffff ? 2 : 4
    }
  }

  private func appendTable(_ order: [Int], to bytes: inout [UInt8]) {
    var end: UInt32 = 0
    bytes.appendUInt32(end)
    for index in order {
      end += UInt32(strings[index].utf8.count)
      bytes.appendUInt32(end)
    }
    bytes.padToMultiple(of: 8)
    for index in order { bytes.append(contentsOf: strings[index].utf8) }
    bytes.padToMultiple(of: 8)
  }
}
