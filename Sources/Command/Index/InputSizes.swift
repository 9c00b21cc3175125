/// Sizes of the inputs, for the time that is left.
enum InputSizes {
  /// Files that are counted before the total is given up as unknown: the walk itself takes time.
  static let limit = 200_000

  /// Bytes of all files named or found below the folders named; nil when that is not known.
  static func total(of paths: [String]) -> UInt64? {
    var total: UInt64 = 0
    var seen = 0
    var open = paths
    while let path = open.popLast() {
      seen += 1
      guard path != "-", seen <= limit else { return nil }
      if let size = Platform.fileSize(path) {
        total += size
      } else if Platform.isDirectory(path) {
        open += Platform.names(in: path).filter { !$0.hasPrefix(".") }.map { "\(path)/\($0)" }
      }
    }
    return total
  }
}
