import CLedeKernels
import LedeCodecs

/// Documents that hold every required clause: the rarest list leads, block by block.
extension FlatExecutor {
  /// The list that leads, and the state whose scores its blocks give (nil when it is a phrase's).
  private struct Lead {
    let cursor: UnsafeMutablePointer<TermCursor>
    let state: Int?
  }

  func runConjunction() throws(FormatError) {
    let ownTable = CursorTable(capacity: 1)
    guard let lead = try chooseLead(ownTable) else { return }
    let order = probeOrder(after: lead.state)
    for index in states.indices { states[index].bound = states[index].maxBound }
    let total = states.reduce(0.0) { $0 + $1.maxBound }
    while !lead.cursor.pointee.isAtEnd {
      if try startBatch(lead, total: total) {
        try probeInOrder(order)
        try finishBatch()
        clearRows(upTo: PostingsList.blockSize)
      }
      lead.cursor.pointee.nextBlock()
    }
    withExtendedLifetime(ownTable) {}
  }

  /// The shortest list that every match must be in.
  private func chooseLead(_ table: CursorTable) throws(FormatError) -> Lead? {
    var best: Lead?
    var least = Int.max
    for number in required {
      if let cursor = states[number].cursor {
        guard cursor.pointee.source.docFreq < least else { continue }
        least = cursor.pointee.source.docFreq
        best = Lead(cursor: cursor, state: number)
      } else {
        for slot in matchers[states[number].phrase].slots
        where slot.cursorCount == 1 && slot.docFreq < least {
          least = slot.docFreq
          best = Lead(cursor: slot.cursors, state: nil)
        }
      }
    }
    if let best { return best }
    return try mergedLead(table)
  }

  /// Every slot of every required phrase has several surfaces: one slot's are merged to lead.
  private func mergedLead(_ table: CursorTable) throws(FormatError) -> Lead? {
    guard let clause = plan.required.first else { return nil }
    let source = try postings.source(clause)
    return Lead(cursor: table.add(TermCursor(source, arena: arena)), state: nil)
  }

  /// Required clauses by ascending length, terms before phrases; then the others by falling bound.
  private func probeOrder(after lead: Int?) -> [(state: Int, isRequired: Bool, rest: Double)] {
    let terms = required.filter { $0 != lead && states[$0].cursor != nil }.sorted {
      length(ofList: $0) < length(ofList: $1)
    }
    let phrases = required.filter { states[$0].cursor == nil }
    let held = Set(required)
    let others = states.indices.filter { !held.contains($0) }.sorted {
      states[$0].maxBound > states[$1].maxBound
    }
    let order = terms + phrases + others
    var rest = 0.0
    var rests = [Double](repeating: 0, count: order.count)
    for place in order.indices.reversed() {
      rests[place] = rest
      rest += states[order[place]].maxBound
    }
    return order.indices.map { (order[$0], $0 < terms.count + phrases.count, rests[$0]) }
  }

  private func length(ofList number: Int) -> Int {
    states[number].cursor?.pointee.source.docFreq ?? 0
  }

  /// Makes the lead's block the batch; false when none of its documents can enter.
  private func startBatch(_ lead: Lead, total: Double) throws(FormatError) -> Bool {
    guard let number = lead.state else {
      guard total >= cut else { return false }
      try lead.cursor.pointee.loadDocs()
      batch.count = 0
      for place in 0..<lead.cursor.pointee.count {
        batch.append(lead.cursor.pointee.docs[place], place: UInt32(place), partial: 0)
      }
      return true
    }
    let model = states[number].model
    let rest = total - states[number].maxBound
    let bound = model.contributionBound(lead.cursor.pointee.blockSaturation(model))
    guard bound + rest >= cut else { return false }
    try collectBlock(number, lead.cursor, from: 0, to: .max, rest: rest)
    fillRow(number)
    return batch.count > 0
  }

  private func probeInOrder(
    _ order: [(state: Int, isRequired: Bool, rest: Double)]
  ) throws(FormatError) {
    for step in order {
      guard batch.count > 0 else { return }
      try probe(step.state, rest: step.rest, isRequired: step.isRequired)
    }
  }
}
