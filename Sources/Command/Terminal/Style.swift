import ArgumentParser

/// When to colour.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never

  /// Colour for a stream: only a terminal gets it by default, and never under `NO_COLOR`.
  func isEnabled(for descriptor: Int32) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto:
      Platform.isTerminal(descriptor) && Platform.environment("NO_COLOR") == nil
        && Platform.environment("TERM") != "dumb"
    }
  }
}

/// How a piece of a hit looks.
package enum Style {
  case plain, title, match, faint

  private var code: String? {
    switch self {
    case .plain: nil
    case .title: "1"
    case .match: "1;31"
    case .faint: "2"
    }
  }

  /// The text between the escape sequences of the style.
  package func apply(to text: String) -> String {
    guard let code, !text.isEmpty else { return text }
    return "\u{1b}[\(code)m\(text)\u{1b}[0m"
  }
}
