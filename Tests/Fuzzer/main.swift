import Foundation
import Fuzzing

// Runs one target: lede-fuzz TYPE COUNT SEED [FIRST]. See CONTRIBUTING.

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 3, let name = arguments.first,
  let count = UInt64(arguments[arguments.startIndex + 1]),
  let seed = UInt64(arguments[arguments.startIndex + 2])
else {
  let names = Fuzzing.targets.map { $0.name }.joined(separator: " ")
  FileHandle.standardError.write(
    Data("usage: lede-fuzz TYPE COUNT SEED [FIRST]; TYPE is one of \(names)\n".utf8))
  exit(2)
}
let first = arguments.count > 3 ? UInt64(arguments[arguments.startIndex + 3]) ?? 0 : 0

guard let target = try Fuzzing.target(named: name) else {
  FileHandle.standardError.write(Data("no target is called \(name)\n".utf8))
  exit(2)
}
let campaign = Campaign(target: target, name: name, seed: seed)
campaign.run(first: first, count: count)
