import LedeModel

/// Where the lists of one field of a segment lie.
///
/// Plain views, valid while their ``SegmentReader`` lives.
package struct ListSections {
  let postings: SectionView
  let positions: SectionView
  /// What positions of the field are relative to.
  let places: PositionPlaces
  let docCount: Int

  package init(
    postings: SectionView, positions: SectionView, places: PositionPlaces, docCount: Int
  ) {
    (self.postings, self.positions) = (postings, positions)
    (self.places, self.docCount) = (places, docCount)
  }
}

/// Keeps those of all fields at an address, to which lists point: a list is copied many times on its way through a
/// query, and with all that it needs of its field it would have twice the bytes.
// Sendable: never written once they are there.
package final class ListSectionsBox: @unchecked Sendable {
  /// By the raw value of their field.
  package let sections: UnsafePointer<ListSections>
  private let memory: UnsafeMutableBufferPointer<ListSections>

  package init(_ sections: [ListSections]) {
    memory = .allocate(capacity: sections.count)
    _ = memory.initialize(from: sections)
    guard let base = memory.baseAddress else { preconditionFailure("there is a field") }
    self.sections = UnsafePointer(base)
  }

  deinit {
    memory.deinitialize()
    memory.deallocate()
  }
}

extension SegmentReader {
  /// Where the lists of each field lie. Where no document has a title none is looked up.
  static func lists(
    _ postings: FileRegion, _ positions: FileRegion, _ lengths: [LengthsReader], _ meta: SegmentMeta
  ) -> ListSectionsBox {
    let hasTitles = meta.sumLengths[Int(Field.title.rawValue)] > 0
    return ListSectionsBox(
      Field.allCases.map { field in
        let titles = field == .text && hasTitles ? lengths[Int(Field.title.rawValue)] : nil
        return ListSections(
          postings: SectionView(postings), positions: SectionView(positions),
          places: PositionPlaces(lengths: lengths[Int(field.rawValue)], titles: titles),
          docCount: Int(meta.docCount))
      })
  }
}
