/// Writes JSON in one pass, commas and escapes included.
///
/// Foundation's encoder would add its start-up to every search, and prints `Float` as `Double`.
package struct JSONWriter {
  package private(set) var text = ""
  private var needsComma = false

  package init() {}

  /// Writes an object; the body writes keys and values in turn.
  package mutating func object(_ body: (inout JSONWriter) -> Void) {
    open("{")
    body(&self)
    close("}")
  }

  /// Writes an array; the body writes one value per element.
  package mutating func array<Element>(
    _ elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) -> Void
  ) {
    open("[")
    for element in elements { body(&self, element) }
    close("]")
  }

  /// Writes the name of the member whose value comes next.
  package mutating func key(_ name: String) {
    separate()
    quote(name)
    text += ":"
    needsComma = false
  }

  /// Writes a string, or null.
  package mutating func string(_ value: String?) {
    separate()
    if let value { quote(value) } else { text += "null" }
  }

  /// Writes a whole number.
  package mutating func number(_ value: some BinaryInteger) { literal(value.description) }

  /// The shortest decimal that reads back to the same bits; null for what JSON has no number for.
  package mutating func number(_ value: Float) {
    literal(value.isFinite ? value.description : "null")
  }
  package mutating func number(_ value: Double) {
    literal(value.isFinite ? value.description : "null")
  }
  /// Writes true or false.
  package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }
  /// Writes null.
  package mutating func null() { literal("null") }

  /// Writes a name and a string, or null.
  package mutating func member(_ name: String, _ value: String?) {
    key(name)
    string(value)
  }
  /// Writes a name and a whole number, or null.
  package mutating func member(_ name: String, _ value: (some BinaryInteger)?) {
    key(name)
    if let value { number(value) } else { null() }
  }
  package mutating func member(_ name: String, _ value: Float) {
    key(name)
    number(value)
  }
  package mutating func member(_ name: String, _ value: Double) {
    key(name)
    number(value)
  }
  package mutating func member(_ name: String, _ value: Bool) {
    key(name)
    bool(value)
  }

  private mutating func literal(_ value: String) {
    separate()
    text += value
  }

  private mutating func open(_ bracket: String) {
    separate()
    text += bracket
    needsComma = false
  }

  private mutating func close(_ bracket: String) {
    text += bracket
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { text += "," }
    needsComma = true
  }

  private mutating func quote(_ value: String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        text += "\\u" + hexadecimal(UInt64(scalar.value), digits: 4)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

/// Lower-case hexadecimal, padded with zeros.
package func hexadecimal(_ value: UInt64, digits: Int = 16) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
