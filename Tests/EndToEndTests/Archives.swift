import Foundation
import TestSupport

/// Small archives and indexes that the tests share.
enum Archives {
  /// A JSON Lines file of `count` articles about ores and metals, one of them about cricket.
  static func jsonLines(_ count: Int, prefix: String = "a") -> String {
    let subjects = ["alumina", "copper", "zinc", "nickel", "bauxite"]
    return (0..<count).map { number in
      let subject = number == count - 1 ? "cricket" : subjects[number % subjects.count]
      let id = prefix + String(number)
      return
        #"{"id":"\#(id)","title":"\#(subject) report \#(number)","body":"The \#(subject) "#
        + #"market moved on day \#(number). Traders in Zürich watched.","date":"2020-07-01"}"#
    }.joined(separator: "\n") + "\n"
  }

  /// An index of `count` articles in a fresh folder.
  static func index(_ count: Int = 12, in scratch: TemporaryDirectory) throws -> String {
    let file = try scratch.write(jsonLines(count), to: "articles.jsonl")
    let index = scratch.file("index")
    let result = try LedeBinary.run("index", file, "--index", index, "--quiet")
    guard result.status == 0 else { throw CommandFailed(result: result) }
    return index
  }
}

/// A command that a test relies on did not work.
struct CommandFailed: Error, CustomStringConvertible {
  let result: Subprocess.Result
  var description: String { "exit \(result.status): \(result.errorText)" }
}

/// The one JSON object that a command printed.
struct JSONAnswer {
  let object: [String: Any]

  init(_ result: Subprocess.Result) throws {
    let value = try JSONSerialization.jsonObject(with: Data(result.output))
    guard let object = value as? [String: Any] else { throw CommandFailed(result: result) }
    self.object = object
  }

  var total: Int? { object["total"] as? Int }
  var hits: [[String: Any]] { object["hits"] as? [[String: Any]] ?? [] }
  var ids: [String] { hits.compactMap { $0["id"] as? String } }

  /// A number inside nested objects, by its path.
  func number(_ path: String...) -> Int? {
    var value: Any? = object
    for name in path { value = (value as? [String: Any])?[name] }
    return value as? Int
  }
}
