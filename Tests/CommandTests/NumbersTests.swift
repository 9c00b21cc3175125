import LedeCommand
import TestSupport
import Testing

@Suite struct NumbersTests {
  @Test func groupsDigits() {
    #expect(Numbers.grouped(0) == "0")
    #expect(Numbers.grouped(999) == "999")
    #expect(Numbers.grouped(1000) == "1,000")
    #expect(Numbers.grouped(-1_234_567) == "-1,234,567")
    #expect(Numbers.grouped(UInt64.max) == "18,446,744,073,709,551,615")
  }

  @Test func fixesDecimals() {
    #expect(Numbers.fixed(1.005, 1) == "1.0")
    #expect(Numbers.fixed(0.05, 1) == "0.1")
    #expect(Numbers.fixed(9.996, 2) == "10.00")
    #expect(Numbers.fixed(-0.04, 1) == "0.0")
    #expect(Numbers.fixed(-2.5, 0) == "-3")
    #expect(Numbers.fixed(.infinity, 2) == "inf")
  }

  @Test func namesSizesAndTimes() {
    #expect(Numbers.bytes(999) == "999 B")
    #expect(Numbers.bytes(48_200_000) == "48.2 MB")
    #expect(Numbers.clock(7) == "0:07")
    #expect(Numbers.clock(754) == "12:34")
    #expect(Numbers.clock(3723) == "1:02:03")
    #expect(Numbers.clock(.infinity) == "0:00")
    #expect(Numbers.counted(1, "match", "matches") == "1 match")
    #expect(Numbers.counted(2000, "match", "matches") == "2,000 matches")
  }

  @Test(arguments: testSeeds(5))
  func sharesAddUp(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<1000 {
      let parts = (0..<1 + random.below(6)).map { _ in
        random.chance(0.3) ? 0 : random.below(random.chance(0.5) ? 10 : 1_000_000)
      }
      let sum = Shares.tenths(of: parts).reduce(0, +)
      let whole = parts.reduce(0, +)
      #expect(sum == (whole == 0 ? 0 : 1000), "seed \(seed): \(parts)")
    }
  }

  @Test func sharesNameTheParts() {
    #expect(
      Shares.line([(40, "read"), (0, "damaged"), (1, "skipped")])
        == "40 read (97.6 %), 1 skipped (2.4 %)")
    #expect(Shares.line([(0, "read")]) == "none")
  }

  @Test func progressSaysWhatIsLeft() {
    let state = ProgressState(
      documents: 12_345, bytes: 50_000_000, totalBytes: 300_000_000, errors: 1)
    #expect(
      state.line(elapsed: 5)
        == "12,345 documents · 50.0 MB of 300.0 MB · 10.0 MB/s · 1 error · 0:05 · ETA 0:25")
    let open = ProgressState(documents: 1, bytes: 10)
    #expect(open.line(elapsed: 0) == "1 document · 10 B · 0.0 MB/s · 0 errors · 0:00")
  }
}
