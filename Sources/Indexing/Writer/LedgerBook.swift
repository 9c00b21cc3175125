import LedeCodecs

/// The ledger while it is written: found by location, key and number.
struct LedgerBook {
  typealias Input = Ledger.Input

  private(set) var roots: [Ledger.Root]
  private var nextInput: UInt64
  /// By root, places of its inputs by key.
  private var places: [[String: Int]]
  /// Root and place of an input by its number.
  private var numbers: [UInt64: (root: Int, place: Int)] = [:]
  /// Whether something is here that the last commit does not have.
  var hasChanges = false

  init(_ ledger: Ledger = Ledger()) {
    roots = ledger.roots
    nextInput = ledger.nextInput
    places = []
    index()
  }

  private mutating func index() {
    places = roots.map { root in
      var places: [String: Int] = [:]
      places.reserveCapacity(root.inputs.count)
      for (place, input) in root.inputs.enumerated() { places[input.key] = place }
      return places
    }
    numbers.removeAll(keepingCapacity: true)
    for (number, root) in roots.enumerated() {
      for (place, input) in root.inputs.enumerated() { numbers[input.number] = (number, place) }
    }
  }

  /// As it is written: inputs in byte order of their keys.
  var ledger: Ledger {
    var sorted = roots
    for index in sorted.indices {
      sorted[index].inputs.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
    return Ledger(roots: sorted, nextInput: nextInput)
  }

  // MARK: Roots

  /// The place of a root, new or as it is known.
  mutating func root(_ path: String, at location: String, _ kind: Ledger.Root.Kind) -> Int {
    guard let known = roots.firstIndex(where: { $0.location == location }) else {
      roots.append(Ledger.Root(path: path, location: location, kind: kind))
      places.append([:])
      hasChanges = true
      return roots.count - 1
    }
    if roots[known].path != path || roots[known].kind != kind {
      roots[known].path = path
      roots[known].kind = kind
      hasChanges = true
    }
    return known
  }

  // MARK: Inputs

  subscript(key: String, in root: Int) -> Input? {
    places[root][key].map { roots[root].inputs[$0] }
  }

  /// Root and input of a number; nil for one that is not there.
  subscript(number: UInt64) -> (root: Ledger.Root, input: Input)? {
    numbers[number].map { (roots[$0.root], roots[$0.root].inputs[$0.place]) }
  }

  /// Changes an input, or makes it when its key is new; returns its number.
  @discardableResult
  mutating func update(
    _ key: String, in root: Int, _ change: (inout Input) -> Void
  ) -> UInt64 {
    let place: Int
    if let known = places[root][key] {
      place = known
    } else {
      place = roots[root].inputs.count
      roots[root].inputs.append(Input(key: key, number: nextInput))
      places[root][key] = place
      numbers[nextInput] = (root, place)
      nextInput += 1
      hasChanges = true
    }
    let before = roots[root].inputs[place]
    change(&roots[root].inputs[place])
    if roots[root].inputs[place] != before { hasChanges = true }
    return before.number
  }

  mutating func markOvertaken(_ number: UInt64) {
    guard let (root, place) = numbers[number],
      !roots[root].inputs[place].state.contains(.overtaken)
    else { return }
    roots[root].inputs[place].state.insert(.overtaken)
    hasChanges = true
  }

  /// Forgets the inputs with these numbers.
  mutating func remove(_ gone: Set<UInt64>) {
    guard !gone.isEmpty else { return }
    for index in roots.indices { roots[index].inputs.removeAll { gone.contains($0.number) } }
    self.index()
    hasChanges = true
  }
}
