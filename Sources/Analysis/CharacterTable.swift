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

/// Entries of all characters, each asked of ICU when it is first met.
///
/// One entry costs about 0.1 µs, all of them some 0.1 s, while a text holds a few hundred different
/// characters: a table built whole would cost a short search more than everything else it does.
final class CharacterTable {
  private typealias Page = UnsafeMutablePointer<UInt32>
  /// Entries by the character's low 8 bits, 0 where unknown; by its high bits, the pages, all of
  /// them the blank one at first.
  private let pages: UnsafeMutablePointer<Page>
  private let blank: Page
  private static let pageCount = 0x11_0000 / 256

  init() {
    blank = Self.makePage()
    pages = .allocate(capacity: Self.pageCount)
    pages.initialize(repeating: blank, count: Self.pageCount)
  }

  deinit {
    for index in 0..<Self.pageCount where pages[index] != blank { pages[index].deallocate() }
    pages.deallocate()
    blank.deallocate()
  }

  /// The entry of a character, which must be at most U+10FFFF.
  @inline(__always)
  func entry(of scalar: UInt32) -> CharacterEntry {
    // Safe: decoders yield no number above U+10FFFF, so the page index is below pageCount.
    let bits = pages[Int(scalar >> 8)][Int(scalar & 255)]
    return bits != 0 ? CharacterEntry(bits: bits) : newEntry(of: scalar)
  }

  @inline(never)
  private func newEntry(of scalar: UInt32) -> CharacterEntry {
    let index = Int(scalar >> 8)
    if pages[index] == blank { pages[index] = Self.makePage() }
    let bits = lede_unicode_describe(scalar)
    pages[index][Int(scalar & 255)] = bits
    return CharacterEntry(bits: bits)
  }

  private static func makePage() -> Page {
    let page = Page.allocate(capacity: 256)
    page.initialize(repeating: 0, count: 256)
    return page
  }
}
