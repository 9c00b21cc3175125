/// Turns numbers of units into documents and ordinals.
///
/// A coarse table names the document of every 2^n-th unit, with about as many entries as there are
/// documents; from there it is a step or two.
struct UnitMap: ~Copyable {
  /// Where a document's units lie; the offset of one is its ordinal.
  struct Place {
    var start: UInt32
    var end: UInt32
  }

  private let places: UnsafeMutablePointer<Place>
  private let coarse: UnsafeMutablePointer<UInt32>
  private let shift: UInt32
  let docCount: Int

  init(_ inverter: borrowing Inverter) {
    let documents = inverter.documents
    docCount = documents.count
    places = BulkMemory.allocate(Place.self, capacity: docCount)
    for (index, document) in documents.enumerated() {
      let isLast = index + 1 == docCount
      places[index] = Place(
        start: document.firstUnit,
        end: isLast
          ? UInt32(truncatingIfNeeded: inverter.unitCount) : documents[index + 1].firstUnit)
    }
    var shift = 0
    while inverter.unitCount >> (shift + 1) > docCount { shift += 1 }
    let entries = inverter.unitCount >> shift + 1
    coarse = BulkMemory.allocate(UInt32.self, capacity: entries)
    var document = 0
    for entry in 0..<entries {
      let unit = entry << shift
      while document + 1 < docCount, Int(places[document].end) <= unit { document += 1 }
      coarse[entry] = UInt32(truncatingIfNeeded: document)
    }
    self.shift = UInt32(shift)
  }

  deinit {
    places.deallocate()
    coarse.deallocate()
  }

  /// The document of a unit.
  @inline(__always)
  func document(of unit: UInt32) -> Int {
    // Safe: units are below the last end, and the coarse table covers all of them.
    var document = Int(coarse[Int(unit &>> shift)])
    while places[document].end <= unit { document &+= 1 }
    return document
  }

  /// Where a document's units lie.
  @inline(__always)
  func place(_ document: Int) -> Place { places[document] }
}
