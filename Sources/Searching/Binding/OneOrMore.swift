/// At least one value; one alone, as it is nearly always, needs no memory of its own.
struct OneOrMore<Element> {
  private var leading: Element
  private var others: [Element] = []

  init(_ only: Element) { leading = only }

  /// Nil of no values.
  init?(_ values: [Element]) {
    guard let first = values.first else { return nil }
    leading = first
    others = Array(values.dropFirst())
  }

  mutating func append(_ value: Element) { others.append(value) }
}

extension OneOrMore: RandomAccessCollection, MutableCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { 1 + others.count }

  subscript(index: Int) -> Element {
    @inline(__always)
    get { index == 0 ? leading : others[index - 1] }
    set {
      if index == 0 { leading = newValue } else { others[index - 1] = newValue }
    }
  }
}

extension OneOrMore: Equatable where Element: Equatable {}
extension OneOrMore: Hashable where Element: Hashable {}
extension OneOrMore: Sendable where Element: Sendable {}
