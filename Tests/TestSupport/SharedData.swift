import Foundation

/// The data that lies beside the repository: real archives, judged collections, query logs.
///
/// It is found in the environment variable `LEDE_SHARED`, else in `../shared` of the repository's
/// root. A test that needs it is skipped where it is absent, with a printed and counted line, and
/// fails instead under `LEDE_REQUIRE_SHARED=1`.
public enum SharedData {
  /// The folder that should hold the shared data, whether it exists or not.
  public static let root: String = {
    if let named = environment("LEDE_SHARED"), !named.isEmpty { return named }
    return Repository.root + "/../shared"
  }()

  /// Whether a missing file is a failure: `LEDE_REQUIRE_SHARED=1`.
  public static let isRequired = environment("LEDE_REQUIRE_SHARED") == "1"

  /// Whether a file or folder below the root exists.
  public static func isPresent(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root + "/" + path)
  }

  /// The full path of a file below the root; throws when it does not exist.
  public static func path(_ path: String) throws -> String {
    guard isPresent(path) else { throw MissingSharedData(path: root + "/" + path) }
    return root + "/" + path
  }

  /// Bytes of a file below the root, unpacked when its name ends in `.gz` or `.xz`.
  public static func bytes(of path: String) throws -> [UInt8] {
    let full = try self.path(path)
    let unpacker: String? =
      path.hasSuffix(".gz") ? "gzip" : path.hasSuffix(".xz") ? "xz" : nil
    guard let unpacker else {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: full)))
    }
    let result = try Subprocess.run("/usr/bin/env", [unpacker, "-dc", full])
    guard result.status == 0 else { throw MissingSharedData(path: full) }
    return result.output
  }

  /// Non-empty lines of a text file below the root, unpacked as `bytes(of:)` does.
  public static func lines(of path: String) throws -> [String] {
    try bytes(of: path).split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Whether a test that needs `paths` should run; otherwise says so on stdout and counts it.
  ///
  /// Always true under `LEDE_REQUIRE_SHARED=1`: the test then fails where it reads the data.
  static func shouldRun(needing paths: [String]) -> Bool {
    if isRequired { return true }
    let missing = paths.filter { !isPresent($0) }
    if missing.isEmpty { return true }
    SkipCounter.shared.record("shared data missing: " + missing.joined(separator: ", "))
    return false
  }
}

/// A file that a test needs is not there.
public struct MissingSharedData: Error, CustomStringConvertible {
  public let path: String
  public var description: String {
    "\(path) is missing or unreadable: set LEDE_SHARED to the folder of the shared data"
  }
}

/// The checkout that this file belongs to.
public enum Repository {
  /// Path of the folder that holds Package.swift.
  public static let root: String = {
    // Tests/TestSupport/SharedData.swift is three levels below the root.
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }()
}

/// Value of an environment variable, nil when unset.
public func environment(_ name: String) -> String? {
  ProcessInfo.processInfo.environment[name]
}
