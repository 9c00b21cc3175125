/// Finds the fields that a member's name feeds, fast for the same few names in every record.
struct FieldIndex {
  struct Role {
    var field: FieldMap.Field
    /// Lower ranks win.
    var rank: Int
  }

  private static let maximumMemo = 64

  private let roles: [String: [Role]]
  /// Names as they stand in the records, with what was found for them.
  private var memo: [(name: [UInt8], roles: [Role])] = []

  init(_ map: FieldMap) {
    var roles: [String: [Role]] = [:]
    for field in FieldMap.Field.allCases {
      for (rank, name) in (map.names[field] ?? []).enumerated() {
        let isKnown = roles[name]?.contains { $0.field == field } ?? false
        if !isKnown { roles[name, default: []].append(Role(field: field, rank: rank)) }
      }
    }
    self.roles = roles
  }

  /// O(number of distinct names), up to 64 of which are remembered.
  mutating func roles(of key: UnsafeRawBufferPointer) -> [Role] {
    for entry in memo where entry.name.count == key.count && entry.name.elementsEqual(key) {
      return entry.roles
    }
    guard key.count <= 256, let name = JSONParser.unescaped(key) else { return [] }
    let found = roles[FieldMap.normalized(name)] ?? []
    if memo.count < Self.maximumMemo { memo.append((Array(key), found)) }
    return found
  }
}
