import Foundation
import LedeStorage

/// Makes a sound file of an index look as if another version of the program had written it.
enum OtherVersion {
  /// The header holds the version at byte 8, and at byte 28 a checksum of what stands before.
  static func rewrite(_ path: String, version: UInt32) throws {
    let url = URL(fileURLWithPath: path)
    var bytes = [UInt8](try Data(contentsOf: url))
    withUnsafeBytes(of: version.littleEndian) { bytes.replaceSubrange(8..<12, with: $0) }
    let checksum = bytes[0..<28].withUnsafeBytes { Checksum.crc32c($0) }
    withUnsafeBytes(of: checksum.littleEndian) { bytes.replaceSubrange(28..<32, with: $0) }
    try Data(bytes).write(to: url)
  }
}
