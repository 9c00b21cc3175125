/// What is timed: a ranked list of k hits, a count, or both.
package struct BenchTask: Hashable, CustomStringConvertible {
  /// Length of the ranked list; nil when only matches are counted.
  package let limit: Int?
  package let counts: Bool

  /// A ranked list of so many hits.
  init(ranking limit: Int) { (self.limit, counts) = (limit, false) }

  /// Reads `TOP_10`, `COUNT` or `TOP_10_COUNT`, with any number from 1 to 10,000; nil otherwise.
  package init?(_ name: some StringProtocol) {
    let parts = name.uppercased().split(separator: "_", omittingEmptySubsequences: false)
    if parts == ["COUNT"] {
      (limit, counts) = (nil, true)
      return
    }
    guard parts.count == 2 || (parts.count == 3 && parts[2] == "COUNT"), parts[0] == "TOP",
      let number = Int(parts[1]), (1...10_000).contains(number)
    else { return nil }
    (limit, counts) = (number, parts.count == 3)
  }

  package var description: String {
    guard let limit else { return "COUNT" }
    return counts ? "TOP_\(limit)_COUNT" : "TOP_\(limit)"
  }

  /// Reads a list separated by commas.
  package static func list(_ text: String) throws(CommandFailure) -> [BenchTask] {
    var tasks: [BenchTask] = []
    for name in text.split(separator: ",") {
      guard let task = BenchTask(name) else {
        throw CommandFailure("'\(name)' is no command: use TOP_10, COUNT or TOP_10_COUNT")
      }
      if !tasks.contains(task) { tasks.append(task) }
    }
    guard !tasks.isEmpty else { throw CommandFailure("no command given: use TOP_10,COUNT") }
    return tasks
  }
}
