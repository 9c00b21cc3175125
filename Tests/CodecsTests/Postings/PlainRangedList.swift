import CLedeKernels
import TestSupport

/// Some ranges one after the other, in memory of their own size.
struct PlainRangedList {
  static let rangeCount = 40
  static let limit = rangeCount * PlainRange.size
  var freqs: [UInt32: UInt32] = [:]
  var payload: [UInt8] = []
  var codes = [UInt8](repeating: 0, count: PlainRangedList.rangeCount + 3)
  var groups: [UInt8] = []
  var offsets: [UInt8] = []
  /// Of the segment: behind the list's last document.
  var docCount = PlainRangedList.limit

  /// Ranges without documents, in nibbles, full buckets among them, and bitmaps.
  init(_ generator: inout SplitMix64) {
    let counts = [0, 1, 16, 33, 34, 63, 64, 65, 511, 512, 1 + generator.below(60)]
    var group = 0
    for number in 0..<Self.rangeCount {
      if number % 16 == 0 {
        group = payload.count
        groups += Self.bytes(UInt32(group), 4)
      }
      offsets += Self.bytes(UInt32(payload.count - group), 2)
      let count = counts[generator.below(counts.count)]
      let form = PlainRange.Freqs.allCases[generator.below(5)]
      guard count > 0 else { continue }
      let limit = generator.chance(0.3) ? max(count, 32) : PlainRange.size
      let range = PlainRange(number, count: count, below: limit, form, using: &generator)
      for (doc, freq) in zip(range.docs, range.freqs) { freqs[doc] = freq }
      codes[number] = 1
      payload += range.encoded
    }
    offsets += [0, 0, 0]
  }

  private static func bytes(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }

  func withKernel<Result>(_ body: (UnsafePointer<lede_ranged>) -> Result) -> Result {
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, payload.count))
    memory.initialize(from: payload, count: payload.count)
    defer { memory.deallocate() }
    return codes.withUnsafeBufferPointer { codes in
      groups.withUnsafeBufferPointer { groups in
        offsets.withUnsafeBufferPointer { offsets in
          var list = lede_ranged(
            codes: codes.baseAddress, groups: groups.baseAddress, offsets: offsets.baseAddress,
            payload: memory, size: payload.count,
            doc_count: UInt32(docCount))
          return body(&list)
        }
      }
    }
  }
}
