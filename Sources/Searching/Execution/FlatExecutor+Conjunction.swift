import CLedeKernels
import LedeCodecs

/// Documents that hold every required clause: the rarest list leads, block by block.
extension FlatExecutor {
  /// The list that leads.
  private struct Lead {
    let cursor: UnsafeMutablePointer<TermCursor>
    /// The state it belongs to: as its term, or as one slot of its phrase.
    let model: Int
    /// The same when it is a term's, whose scores its blocks give; nil when it is a phrase's.
    let scores: Int?
  }

  func runConjunction() throws(FormatError) {
    let ownTable = CursorTable(capacity: 1)
    guard let lead = try chooseLead(ownTable) else { return }
    let order = probeOrder(after: lead.scores)
    for index in states.indices { states[index].bound = states[index].maxBound }
    let rests = arena.allocate(repeating: 0.0, order.count + 1)
    sumRests(order, rests)
    var low: UInt32 = 0
    while !lead.cursor.pointee.isAtEnd {
      let last = lead.cursor.pointee.blockLast
      if try startBatch(lead, order, rests, low, last) {
        for (place, number) in order.enumerated() where batch.count > 0 {
          try probe(number, rest: rests[place + 1], isRequired: states[number].isRequired)
        }
        try finishBatch()
        clearRows(upTo: PostingsList.blockSize)
      }
      lead.cursor.pointee.nextBlock()
      low = last &+ 1
    }
    withExtendedLifetime(ownTable) {}
  }

  /// rests[i]: bounds of the clauses order[i...] together.
  private func sumRests(_ order: [Int], _ rests: UnsafeMutablePointer<Double>) {
    rests[order.count] = 0
    for place in order.indices.reversed() {
      rests[place] = rests[place + 1] + states[order[place]].bound
    }
  }

  /// The shortest list that every match must be in.
  private func chooseLead(_ table: CursorTable) throws(FormatError) -> Lead? {
    var best: Lead?
    var least = Int.max
    for number in required {
      if let cursor = states[number].cursor {
        guard cursor.pointee.source.docFreq < least else { continue }
        least = cursor.pointee.source.docFreq
        best = Lead(cursor: cursor, model: number, scores: number)
      } else {
        for slot in matchers[states[number].phrase].slots
        where slot.cursorCount == 1 && slot.docFreq < least {
          least = slot.docFreq
          best = Lead(cursor: slot.cursors, model: number, scores: nil)
        }
      }
    }
    if let best { return best }
    return try mergedLead(table)
  }

  /// Every slot of every required phrase has several surfaces: one slot's are merged to lead.
  private func mergedLead(_ table: CursorTable) throws(FormatError) -> Lead? {
    guard let number = required.first else { return nil }
    let source = try postings.source(states[number].clause)
    return Lead(cursor: table.add(TermCursor(source, arena: arena)), model: number, scores: nil)
  }

  /// Required clauses by ascending length, terms before phrases; then the others by falling bound.
  private func probeOrder(after lead: Int?) -> [Int] {
    let terms = required.filter { $0 != lead && states[$0].cursor != nil }.sorted {
      length(ofList: $0) < length(ofList: $1)
    }
    let phrases = required.filter { states[$0].cursor == nil }
    let others = states.indices.filter { !states[$0].isRequired }.sorted {
      states[$0].maxBound > states[$1].maxBound
    }
    return terms + phrases + others
  }

  private func length(ofList number: Int) -> Int {
    states[number].cursor?.pointee.source.docFreq ?? 0
  }

  /// Makes the lead's block the batch; false when none of its documents can enter.
  ///
  /// Three checks, each dearer than the one before: the block's bound with the other lists' bounds,
  /// with the other clauses' bounds among the block's documents, and each document's own score.
  private func startBatch(
    _ lead: Lead, _ order: [Int], _ rests: UnsafeMutablePointer<Double>, _ low: UInt32,
    _ last: UInt32
  ) throws(FormatError) -> Bool {
    let model = states[lead.model].model
    let bound = model.contributionBound(lead.cursor.pointee.blockSaturation(model))
    if cut > 0 {
      for index in states.indices { states[index].bound = states[index].maxBound }
      sumRests(order, rests)
      guard startSum(lead, bound, order, rests) >= cut else { return false }
      for number in order {
        states[number].bound = min(
          states[number].maxBound, windowBound(&states[number], low, through: last))
      }
      sumRests(order, rests)
      guard startSum(lead, bound, order, rests) >= cut else { return false }
    }
    guard lead.scores == nil else {
      try collectBlock(lead.model, lead.cursor, from: 0, to: .max, rest: rests[0])
      fillRow(lead.model)
      return batch.count > 0
    }
    // A phrase scores no more than it would with its slot's termFreq: nothing is known for certain
    // yet, so no partial sum is kept, but who cannot enter is dropped.
    try collectBlock(
      lead.model, lead.cursor, from: 0, to: .max,
      rest: rests[0] - states[lead.model].bound)
    for index in 0..<batch.count { batch.partials[index] = 0 }
    return batch.count > 0
  }

  /// A bound for a document of the lead's block.
  private func startSum(
    _ lead: Lead, _ bound: Double, _ order: [Int], _ rests: UnsafeMutablePointer<Double>
  ) -> Double {
    lead.scores != nil ? rests[0] + bound : rests[0] - states[lead.model].bound + bound
  }
}
