/// The encodings that the readers understand.
public enum TextEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  /// UTF-8 with damaged places, each of which became U+FFFD.
  case repairedUTF8 = "utf-8 (repaired)"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  /// The guess for text that is neither.
  case windows1252 = "windows-1252"
}
