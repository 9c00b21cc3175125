import TestSupport

/// Something that reads bytes nobody can vouch for.
package protocol FuzzTarget: AnyObject, SendableMetatype {
  /// The name on the command line.
  static var name: String { get }
  /// Prepares sound inputs to start from.
  init() throws
  /// Changes one of the inputs and reads it; true when the reader found nothing wrong with it.
  ///
  /// Must give the same for the same numbers. A crash is what is looked for; a wrong answer that
  /// can be told throws.
  func run(_ random: inout SplitMix64) throws -> Bool
}

/// The targets, and how one is run.
package enum Fuzzing {
  package static let targets: [any FuzzTarget.Type] = [
    SegmentTarget.self, LiveTarget.self, ManifestTarget.self, LedgerTarget.self,
    TextTarget.self, JSONLinesTarget.self, GzipTarget.self, EncodingTarget.self, DateTarget.self,
    QueryTarget.self,
  ]

  package static func target(named name: String) throws -> (any FuzzTarget)? {
    try targets.first { $0.name == name }?.init()
  }

  /// The numbers that one execution is made of: each can be replayed alone.
  package static func random(seed: UInt64, execution: UInt64) -> SplitMix64 {
    var mixer = SplitMix64(seed: seed &* 0x9e37_79b9_7f4a_7c15 ^ execution)
    return SplitMix64(seed: mixer.next())
  }

  /// A target gave an answer that cannot be right.
  package struct WrongAnswer: Error, CustomStringConvertible {
    package let description: String
  }
}
