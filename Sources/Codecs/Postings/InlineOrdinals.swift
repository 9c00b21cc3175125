import CLedeKernels

/// Up to eight ordinals of a term's only document, which stand in the dictionary; zeros behind them.
///
/// Two halves, since a vector of all eight would be aligned to 32 bytes and so would all that holds one, which a
/// query copies often.
struct InlineOrdinals: Sendable, Equatable {
  private var low = SIMD4<UInt32>()
  private var high = SIMD4<UInt32>()

  subscript(lane: Int) -> UInt32 {
    get { lane < 4 ? low[lane] : high[lane - 4] }
    set { if lane < 4 { low[lane] = newValue } else { high[lane - 4] = newValue } }
  }
}

extension lede_term {
  /// The ordinals that stand in the dictionary; all zeros if they do not.
  var inlineOrdinals: InlineOrdinals {
    get {
      var inline = InlineOrdinals()
      guard isInline else { return inline }
      withUnsafeBytes(of: ordinals) { bytes in
        for lane in 0...Int(more) {
          inline[lane] = bytes.loadUnaligned(fromByteOffset: 4 * lane, as: UInt32.self)
        }
      }
      return inline
    }
    set {
      withUnsafeMutableBytes(of: &ordinals) { bytes in
        for lane in 0..<PostingsLocation.maxInlinePositions {
          bytes.storeBytes(of: newValue[lane], toByteOffset: 4 * lane, as: UInt32.self)
        }
      }
    }
  }
}
