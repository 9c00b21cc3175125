import CLedeUnicode

/// What NFKC_Casefold makes of a character, and what a token may do with it.
///
/// The bits are those of `lede_unicode.h`.
struct CharacterEntry: Equatable, BitwiseCopyable {
  var bits: UInt32

  static let complex: UInt32 = UInt32(LEDE_CHAR_COMPLEX)
  static let token: UInt32 = UInt32(LEDE_CHAR_TOKEN)
  static let unit: UInt32 = UInt32(LEDE_CHAR_UNIT)
  static let mark: UInt32 = UInt32(LEDE_CHAR_MARK)
  static let label: UInt32 = UInt32(LEDE_CHAR_LABEL)
  /// Stands in decoded text for the second code unit of a pair, so that columns stay parallel.
  static let trailing: UInt32 = 1 << 30

  /// The one character it maps to; meaningless when `complex` is set.
  @inline(__always) var mapped: UInt32 { bits & UInt32(LEDE_CHAR_MAPPED) }
  @inline(__always) func has(_ flags: UInt32) -> Bool { bits & flags != 0 }
}

/// Entries of all characters, in pages of 256 that are asked of ICU when first touched.
///
/// A page costs about 30 µs, all 4,352 some 0.1 s, while a text touches a few dozen: a table built
/// whole would cost a short search more than everything else it does.
final class CharacterTable {
  private typealias Page = UnsafeMutablePointer<UInt32>
  private let pages: UnsafeMutablePointer<Page?>
  private static let pageCount = 0x11_0000 / 256

  init() {
    pages = .allocate(capacity: Self.pageCount)
    pages.initialize(repeating: nil, count: Self.pageCount)
  }

  deinit {
    for index in 0..<Self.pageCount { pages[index]?.deallocate() }
    pages.deallocate()
  }

  /// The entry of a character, which must be at most U+10FFFF.
  @inline(__always)
  func entry(of scalar: UInt32) -> CharacterEntry {
    // Safe: decoders yield no number above U+10FFFF, so the page index is below pageCount.
    if let page = pages[Int(scalar >> 8)] {
      return CharacterEntry(bits: page[Int(scalar & 255)])
    }
    return entryOfNewPage(scalar)
  }

  @inline(never)
  private func entryOfNewPage(_ scalar: UInt32) -> CharacterEntry {
    let page = Page.allocate(capacity: 256)
    lede_unicode_describe_page(scalar & ~255, page)
    pages[Int(scalar >> 8)] = page
    return CharacterEntry(bits: page[Int(scalar & 255)])
  }
}
