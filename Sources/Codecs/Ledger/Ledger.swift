/// What an index was read from: the roots that were given, and every input found below them.
///
/// In the file `ledger.<generation>`; the manifest names the generation. The grammar stands at
/// ``Ledger/write(fileSystem:directory:generation:)``.
package struct Ledger: Sendable, Equatable {
  /// A path as the user gave it.
  package struct Root: Sendable, Equatable {
    /// What the path led to.
    package enum Kind: UInt8, Sendable {
      case file = 0
      case directory = 1
      case standardInput = 2
    }
    /// As it was given last.
    package var path: String
    /// The same place for every working directory: absolute, links resolved.
    package var location: String
    package var kind: Kind
    /// Written and read in byte order of their keys.
    package var inputs: [Input]

    package init(path: String, location: String, kind: Kind, inputs: [Input] = []) {
      self.path = path
      self.location = location
      self.kind = kind
      self.inputs = inputs
    }
  }

  /// A file below a root, of which articles were read.
  package struct Input: Sendable, Equatable {
    /// What is known of an input beside the numbers.
    package struct State: OptionSet, Sendable {
      package let rawValue: UInt8
      package init(rawValue: UInt8) { self.rawValue = rawValue }
      /// It was read to its end, and undamaged.
      package static let complete = State(rawValue: 1)
      /// `mtime` was old enough when the reading began for any later change to show in it.
      package static let settled = State(rawValue: 2)
      /// Another input gave an article with the key of one of its own.
      package static let overtaken = State(rawValue: 4)
      static let all: State = [.complete, .settled, .overtaken]
    }

    /// Bytes of UTF-8: the longest path of Linux, every byte written as an escape, and room.
    package static let maximumKeySize = 64 << 10

    /// The path below the root, as in the keys of its articles.
    package var key: String
    /// What the documents of a segment call it by; never given again, and never 0.
    package var number: UInt64
    package var state: State
    /// The sequence number that its first article got when it was read last: documents of this
    /// input with lower ones are no longer in it.
    package var firstSequence: UInt64
    /// Bytes, as on the disk.
    package var size: UInt64
    /// Nanoseconds since 1970 of the last modification.
    package var mtime: Int64
    /// FNV-1a 64 over the lengths and content hashes of the input's records.
    package var contentHash: UInt64
    /// Stands for the rules that made articles of it.
    package var rules: UInt64
    package var articleCount: UInt64
    /// Records of which no article could be made.
    package var refusedCount: UInt64

    package init(
      key: String, number: UInt64, state: State = [], firstSequence: UInt64 = 0,
      size: UInt64 = 0, mtime: Int64 = 0, contentHash: UInt64 = 0, rules: UInt64 = 0,
      articleCount: UInt64 = 0, refusedCount: UInt64 = 0
    ) {
      self.key = key
      self.number = number
      self.state = state
      self.firstSequence = firstSequence
      self.size = size
      self.mtime = mtime
      self.contentHash = contentHash
      self.rules = rules
      self.articleCount = articleCount
      self.refusedCount = refusedCount
    }
  }

  package var roots: [Root]
  /// The number that the next new input gets.
  package var nextInput: UInt64

  package init(roots: [Root] = [], nextInput: UInt64 = 1) {
    self.roots = roots
    self.nextInput = nextInput
  }
}
