import Foundation
import TestSupport

/// The built `lede` command, run as a person or a script would.
struct LedeBinary {
  /// Beside the test bundle, where the package manager puts every product of a build.
  static let path: String = {
    if let named = environment("LEDE_BINARY") { return named }
    var folders = [Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0])]
    folders += Bundle.allBundles.map(\.bundleURL)
    for folder in folders {
      var folder = folder
      for _ in 0..<4 {
        let candidate = folder.appendingPathComponent("lede").path
        if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        folder.deleteLastPathComponent()
      }
    }
    return "lede: not found beside \(folders.map(\.path))"
  }()

  static func run(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
    in directory: String? = nil
  ) throws -> Subprocess.Result {
    try Subprocess.run(
      path, arguments, input: input, environment: environment, directory: directory)
  }

  static func run(_ arguments: String...) throws -> Subprocess.Result { try run(arguments) }
}
