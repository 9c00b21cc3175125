/// What a long command has done so far.
package struct ProgressState: Equatable {
  package var documents = 0
  package var bytes: UInt64 = 0
  /// Bytes of all inputs; nil when not known beforehand (standard input).
  package var totalBytes: UInt64?
  package var errors = 0

  package init(documents: Int = 0, bytes: UInt64 = 0, totalBytes: UInt64? = nil, errors: Int = 0) {
    self.documents = documents
    self.bytes = bytes
    self.totalBytes = totalBytes
    self.errors = errors
  }

  /// One line: `12,345 documents · 48.2 of 305.0 MB · 13.4 MB/s · 0 errors · 0:04 · ETA 0:19`.
  package func line(elapsed: Double) -> String {
    let rate = elapsed > 0 ? Double(bytes) / elapsed : 0
    var parts = [
      Numbers.counted(documents, "document"),
      totalBytes.map { "\(Numbers.bytes(bytes)) of \(Numbers.bytes($0))" } ?? Numbers.bytes(bytes),
      "\(Numbers.fixed(rate / 1e6, 1)) MB/s",
      Numbers.counted(errors, "error"),
      Numbers.clock(elapsed),
    ]
    if let totalBytes, rate > 0, totalBytes > bytes {
      parts.append("ETA \(Numbers.clock(Double(totalBytes - bytes) / rate))")
    }
    return parts.joined(separator: " · ")
  }
}

/// Shows progress on standard error: a line rewritten in place on a terminal, else one every 10 s.
struct Progress {
  enum Mode: Equatable { case quiet, rewriting(columns: Int), lines }

  private let mode: Mode
  private let started: UInt64
  private var lastShown: UInt64
  private var isLineOpen = false

  init(quiet: Bool) {
    let columns = Platform.columns(Platform.standardError)
    if quiet {
      mode = .quiet
    } else if Platform.isTerminal(Platform.standardError) {
      mode = .rewriting(columns: columns ?? 80)
    } else {
      mode = .lines
    }
    started = Platform.nanoseconds()
    lastShown = started
  }

  /// Seconds since the work began.
  var elapsed: Double { Double(Platform.nanoseconds() &- started) / 1e9 }

  /// Shows a line when it is time to: cheap enough to call for every document.
  mutating func update(_ line: @autoclosure () -> String) {
    let now = Platform.nanoseconds()
    switch mode {
    case .quiet: return
    case .rewriting(let columns):
      guard now &- lastShown >= 100_000_000 else { return }
      Talk.raw("\r\u{1b}[K\(line().prefix(max(1, columns - 1)))")
      isLineOpen = true
    case .lines:
      guard now &- lastShown >= 10_000_000_000 else { return }
      Talk.say(line())
    }
    lastShown = now
  }

  /// Clears the rewritten line, so that something else can be said.
  mutating func clear() {
    guard isLineOpen else { return }
    Talk.raw("\r\u{1b}[K")
    isLineOpen = false
  }
}
