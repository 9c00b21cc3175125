import LedeAnalysis

/// The classes of derived surfaces that hold more than the surface of their own bytes.
struct DerivedClasses: ~Copyable {
  private var keys = TermTable()
  /// By class: ranks of its surfaces.
  private var members: [[Int]] = []
  private var ranked: [UInt32] = []
  private var docs: [UInt32] = []

  init(_ terms: borrowing DerivedTerms, _ analyzer: Analyzer) {
    var key: [UInt8] = []
    var own: [Int] = []
    for rank in 0..<terms.count {
      let surface = terms.key(rank)
      analyzer.stemClass(ofSurface: surface.assumingMemoryBound(to: UInt8.self), into: &key)
      if key.elementsEqual(surface) {
        own.append(rank)
        continue
      }
      let number = Int(keys.intern(padding: &key))
      if number == members.count { members.append([]) }
      members[number].append(rank)
    }
    for rank in own {
      var surface = Array(terms.key(rank))
      if let number = keys.find(padding: &surface) { members[Int(number)].append(rank) }
    }
    let vocabulary = Vocabulary(keys)
    ranked = (0..<vocabulary.count).map { vocabulary.term($0) }
  }

  var count: Int { ranked.count }

  func key(_ place: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(keys.bytes(ranked[place]))
  }

  /// Documents of a class, once per occurrence, ascending.
  mutating func documents(_ place: Int, _ terms: borrowing DerivedTerms) -> [UInt32] {
    docs.removeAll(keepingCapacity: true)
    let ranks = members[Int(ranked[place])]
    for rank in ranks { docs.append(contentsOf: terms.occurrences(rank).lazy.map(\.doc)) }
    if ranks.count > 1 { docs.sort() }
    return docs
  }
}
