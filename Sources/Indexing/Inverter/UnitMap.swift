import LedeModel

/// Turns numbers of units into documents and positions.
///
/// A coarse table names the document of every 256th unit; from there it is a step or two.
struct UnitMap: ~Copyable {
  /// First unit of each document, and the end of the last.
  private let starts: UnsafeMutablePointer<UInt32>
  private let titleLengths: UnsafeMutablePointer<UInt32>
  private let coarse: UnsafeMutablePointer<UInt32>
  let docCount: Int
  private static var shift: UInt32 { 8 }

  init(_ inverter: borrowing Inverter) {
    let documents = inverter.documents
    docCount = documents.count
    starts = .allocate(capacity: docCount + 1)
    titleLengths = .allocate(capacity: docCount + 1)
    for (index, document) in documents.enumerated() {
      starts[index] = document.firstUnit
      titleLengths[index] = document.titleLength
    }
    starts[docCount] = UInt32(truncatingIfNeeded: inverter.unitCount)
    let entries = inverter.unitCount >> Int(Self.shift) + 1
    coarse = .allocate(capacity: entries)
    var document = 0
    for entry in 0..<entries {
      let unit = entry << Int(Self.shift)
      while document + 1 < docCount, Int(starts[document + 1]) <= unit { document += 1 }
      coarse[entry] = UInt32(truncatingIfNeeded: document)
    }
  }

  deinit {
    starts.deallocate()
    titleLengths.deallocate()
    coarse.deallocate()
  }

  /// The document of a unit.
  @inline(__always)
  func document(of unit: UInt32) -> Int {
    // Safe: units are below the last start, and the coarse table covers all of them.
    var document = Int(coarse[Int(unit &>> Self.shift)])
    while starts[document &+ 1] <= unit { document &+= 1 }
    return document
  }

  /// First unit of a document and of the one after it.
  @inline(__always)
  func bounds(_ document: Int) -> (start: UInt32, end: UInt32) {
    (starts[document], starts[document &+ 1])
  }

  /// Units of the document's title.
  @inline(__always)
  func titleLength(_ document: Int) -> UInt32 { titleLengths[document] }
}
