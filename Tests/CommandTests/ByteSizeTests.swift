import LedeCommand
import Testing

@Suite struct ByteSizeTests {
  @Test(
    arguments: [
      ("0", 0), ("64", 64 << 20), ("256MB", 256 << 20), ("1gb", 1 << 30), ("512kB", 512 << 10),
      ("1048576GB", 1 << 50),
    ])
  func sizes(text: String, bytes: Int) {
    #expect(ByteSize(argument: text) == ByteSize(bytes: bytes))
  }

  @Test(
    arguments: ["", "MB", "-1", "+1", "1.5GB", "1 MB", "1MiB", "0x10", "1048577", "٣MB", "1e3"])
  func noSizes(text: String) {
    #expect(ByteSize(argument: text) == nil)
  }
}
