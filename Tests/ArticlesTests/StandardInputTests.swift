import Foundation
import LedeArticles
import LedeModel
import TestSupport
import Testing

/// Serialized, because the process has one standard input.
@Suite(.serialized) struct StandardInputTests {
  private func read(_ bytes: [UInt8]) throws -> Reading {
    try withFolder { folder in
      let path = try folder.write(bytes, to: "input")
      let saved = dup(0)
      let file = open(path, O_RDONLY)
      try #require(saved >= 0 && file >= 0)
      defer {
        dup2(saved, 0)
        close(saved)
      }
      dup2(file, 0)
      close(file)
      return Reading("-")
    }
  }

  @Test func jsonLines() throws {
    let reading = try read(Array("{\"title\":\"a\"}\n{\"id\":\"k\",\"title\":\"b\"}\n".utf8))
    #expect(reading.keys == ["-#1", "k"])
    #expect(reading.articles.allSatisfy { $0.provenance.path == "-" })
    #expect(reading.inputs.first?.modificationTime == 0)
    #expect(reading.isConsistent)
  }

  @Test func compressed() throws {
    let reading = try read(gzipped("{\"title\":\"a\"}\n".utf8))
    #expect(reading.keys == ["-#1"])
    #expect(reading.inputs.first?.isCompressed == true)
  }

  @Test func oneArticleAsText() throws {
    let reading = try read(Array("A title\n2020-07-01\n\nBody.\n".utf8))
    #expect(reading.keys == ["-"])
    #expect(reading.articles.first?.date?.dayString == "2020-07-01")
  }

  @Test func nothing() throws {
    let reading = try read([])
    #expect(reading.kinds == [.empty])
    #expect(reading.isConsistent)
  }
}
