import Foundation

/// Runs a program to its end and collects what it wrote.
public enum Subprocess {
  public struct Result: Sendable {
    /// Exit code, or 128 + signal number when a signal ended the program, as a shell reports it.
    public let status: Int
    public let output: [UInt8]
    public let errors: [UInt8]

    public var outputText: String { String(decoding: output, as: UTF8.self) }
    public var errorText: String { String(decoding: errors, as: UTF8.self) }
  }

  /// - Parameters:
  ///   - input: bytes for standard input; empty input is `/dev/null`.
  ///   - environment: variables added to those of this process.
  public static func run(
    _ program: String, _ arguments: [String], input: [UInt8] = [],
    environment: [String: String] = [:], directory: String? = nil
  ) throws -> Result {
    let scratch = try TemporaryDirectory("lede-subprocess")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    // Files instead of pipes: no thread per stream, and a full pipe can never block the program.
    if input.isEmpty {
      process.standardInput = FileHandle.nullDevice
    } else {
      try scratch.write(input, to: "input")
      process.standardInput = FileHandle(forReadingAtPath: scratch.file("input"))
    }
    process.standardOutput = try emptyFile(scratch, "output")
    process.standardError = try emptyFile(scratch, "errors")
    try process.run()
    process.waitUntilExit()
    let signalled = process.terminationReason == .uncaughtSignal
    return Result(
      status: Int(process.terminationStatus) + (signalled ? 128 : 0),
      output: try scratch.read("output"), errors: try scratch.read("errors"))
  }

  private static func emptyFile(_ scratch: TemporaryDirectory, _ name: String) throws -> FileHandle
  {
    try scratch.write([], to: name)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file(name)))
  }
}
