import LedeModel
import Testing

@Suite struct FieldTests {
  @Test func namesRoundTrip() {
    for field in Field.allCases { #expect(Field(name: field.name) == field) }
    #expect(Field(name: "body") == nil)
    #expect(Field(name: "Title") == nil)
  }

  /// Only a title that has tokens puts a gap before the body.
  @Test func bodyStartsBehindTheGap() {
    #expect(Field.bodyStart(titleLength: 0) == 0)
    #expect(Field.bodyStart(titleLength: 1) == 101)
    #expect(Field.bodyStart(titleLength: .max) == 99, "must not trap on a damaged length")
  }
}
