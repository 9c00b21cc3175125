import CLedeKernels
import LedeCodecs

/// What leads a conjunction: documents that include every match.
struct Lead {
  /// Nil where every required list is frequent: ranges lead then.
  var list: LeadList?
  /// Documents of the shortest of those.
  var leastRanged = 0
  /// States whose part in a document's score `list` bounds, but for its members: required phrases.
  var bounded = ArenaList<Int>()
}

/// A list of documents, decoded, with bounds of their scores. Memory lies in a ``ScratchArena``.
struct LeadList {
  let docs: UnsafePointer<UInt32>
  let count: Int
  /// Times `factor`, bounds of what the documents get of the members and the bounded states.
  let sums: UnsafePointer<Float>
  let factor: Float
  /// States whose `whole` has these very documents.
  let members: ArenaList<Int>
}

/// A required list that is not ranged: a term's, or that of a slot of a phrase.
private struct ShortList {
  let state: Int
  /// Of a phrase that meets documents in any order, the slot; -1 for a term or any other slot.
  let slot: Int
  let docFreq: Int
  /// Nil for lists that were merged.
  let cursor: UnsafeMutablePointer<TermCursor>?
}

extension FlatExecutor {
  /// The short lists that every match is in, met with each other.
  func chooseLead() throws(FormatError) -> Lead? {
    var lists = ArenaList<ShortList>()
    var least = Int.max
    for number in required { collect(number, &lists, leastRanged: &least) }
    lists.sort { ($0.docFreq, $0.slot) < ($1.docFreq, $1.slot) }
    // Merged lists may be long.
    if least < (lists.first?.docFreq ?? .max) { return Lead(leastRanged: least) }
    return lists.isEmpty ? try mergedLead() : try meet(lists)
  }

  private func collect(_ number: Int, _ lists: inout ArenaList<ShortList>, leastRanged: inout Int) {
    let state = states[number]
    guard state.phrase >= 0 else {
      if state.ranged != nil {
        leastRanged = min(leastRanged, state.docFreq)
      } else {
        lists.append(
          ShortList(state: number, slot: -1, docFreq: state.docFreq, cursor: state.cursor), arena)
      }
      return
    }
    let matcher = matchers[state.phrase]
    for (place, slot) in matcher.slots.enumerated() where slot.cursorCount == 1 {
      if slot.cursors.pointee.source.list.isRanged {
        leastRanged = min(leastRanged, slot.docFreq)
      } else {
        lists.append(
          ShortList(
            state: number, slot: matcher.direct == nil ? -1 : place, docFreq: slot.docFreq,
            cursor: slot.cursors), arena)
      }
    }
  }

  /// Every slot of every required phrase has several surfaces: one slot's are merged to lead.
  private func mergedLead() throws(FormatError) -> Lead? {
    guard let number = required.first else { return nil }
    let lists = try postings.lists(states[number].clause, slot: 0)
    let whole = try states[number].scorer.scored(merging: lists, arena)
    return Lead(
      list: leadList(whole, of: number, isMember: false), bounded: ArenaList(number, arena))
  }

  /// A list that is scored whole, alone.
  func leadList(_ whole: ScoredList, of number: Int, isMember: Bool) -> LeadList {
    LeadList(
      docs: whole.docs, count: whole.count, sums: whole.scores,
      factor: Self.bounding(states[number].factor) * Self.leadInflation,
      members: isMember ? ArenaList(number, arena) : ArenaList())
  }

  /// A factor in bounds: products with it are normal floats, of whose rounding little is known otherwise.
  private static func bounding(_ factor: Double) -> Float { max(Float(factor), 1e-30) }

  /// Covers the rounding of a float sum that is compared before the one in Double.
  private static var leadInflation: Float { 1 + 0x1p-20 }
}

// MARK: - Meeting

/// A short list among those met.
private struct MetList {
  let list: ShortList
  let docs: UnsafeMutableBufferPointer<UInt32>
  /// The shared documents' places in it; nil where all documents of the only list are meant.
  let places: UnsafePointer<UInt32>?
}

extension FlatExecutor {
  /// A list is not decoded whole for fewer documents than one in so many of its own: a cursor finds those
  /// block by block.
  private static var mostPerDocument: Int { 32 }

  /// - Parameter lists: at least one, by ascending docFreq.
  private func meet(_ lists: ArenaList<ShortList>) throws(FormatError) -> Lead? {
    var docs = ArenaList<UnsafeMutableBufferPointer<UInt32>>(capacity: lists.count, arena)
    docs.append(try decoded(lists[0]), arena)
    var shared = SharedDocs(docs[0], most: lists.count, arena: arena)
    for list in lists.dropFirst() {
      guard list.docFreq < Self.mostPerDocument * shared.count else { break }
      docs.append(try decoded(list), arena)
      shared.meet(docs[docs.count - 1])
    }
    // Who holds the others at all is found faster than what they score there.
    for list in lists.dropFirst(docs.count) where shared.count > 0 {
      if let cursor = list.cursor { try shared.filter(by: cursor.pointee.source.list) }
    }
    guard shared.count > 0 else { return nil }
    var met = ArenaList<MetList>(capacity: docs.count, arena)
    for place in docs.indices {
      met.append(
        MetList(list: lists[place], docs: docs[place], places: shared.places(in: place)), arena)
    }
    return try lead(shared, met)
  }

  private func decoded(
    _ list: ShortList
  ) throws(FormatError) -> UnsafeMutableBufferPointer<UInt32> {
    if list.slot >= 0, let phrase = matchers[states[list.state].phrase].direct {
      return try phrase.slots[list.slot].docs(arena)
    }
    if let cursor = list.cursor { return try arena.docs(of: cursor.pointee.source.list) }
    guard let whole = states[list.state].whole else { return .init(start: nil, count: 0) }
    return .init(start: whole.docs, count: whole.count)
  }

  /// Scores what the lists share.
  private func lead(_ shared: SharedDocs, _ met: ArenaList<MetList>) throws(FormatError) -> Lead {
    var members = ArenaList<Int>(capacity: met.count, arena)
    var parts = ArenaList<(state: Int, scores: UnsafePointer<Float>)>()
    var bounded = ArenaList<Int>()
    for (place, list) in met.enumerated() {
      let number = list.list.state
      if states[number].phrase < 0 {
        let scored = try score(list, shared)
        states[number].whole = scored
        parts.append((number, UnsafePointer(scored.scores)), arena)
        members.append(number, arena)
      } else if !bounded.contains(number) {
        parts.append((number, try bound(number, met[place...], shared)), arena)
        bounded.append(number, arena)
      }
    }
    let (sums, factor) = add(parts, shared.count)
    return Lead(
      list: LeadList(
        docs: shared.docs, count: shared.count, sums: sums, factor: factor,
        members: members),
      bounded: bounded)
  }

  /// A term's scores in the shared documents.
  private func score(_ met: MetList, _ shared: SharedDocs) throws(FormatError) -> ScoredList {
    let state = states[met.list.state]
    let all: UnsafeMutablePointer<UInt32>
    if let cursor = met.list.cursor {
      all = try arena.freqs(of: cursor.pointee.source.list, at: met.places, shared.count)
    } else if let whole = state.whole {
      all = whole.freqs
    } else {
      preconditionFailure("a short list was merged or has a cursor")
    }
    var freqs = all
    if let places = met.places {
      freqs = arena.allocate(UInt32.self, shared.count)
      for index in 0..<shared.count { freqs[index] = all[Int(places[index])] }
    }
    return state.scorer.scored(shared.docs, freqs, shared.count, arena)
  }

  /// Bounds of a phrase's scores in the shared documents: it is no more frequent than any of its slots.
  ///
  /// - Parameter met: lists among which are those of its slots, by which it is led.
  private func bound(
    _ number: Int, _ met: Slice<ArenaList<MetList>>, _ shared: SharedDocs
  ) throws(FormatError) -> UnsafePointer<Float> {
    let least = arena.allocate(repeating: UInt32.max, shared.count)
    for list in met where list.list.state == number {
      guard let cursor = list.list.cursor else { continue }
      let freqs = try arena.freqs(of: cursor.pointee.source.list, at: list.places, shared.count)
      for index in 0..<shared.count {
        let place = list.places.map { Int($0[index]) } ?? index
        least[index] = min(least[index], freqs[place])
      }
      if list.list.slot >= 0 {
        matchers[states[number].phrase].direct?.lead(by: list.docs, freqs, at: list.places)
      }
    }
    let scored = states[number].scorer.scored(shared.docs, least, shared.count, arena)
    return UnsafePointer(scored.scores)
  }

  /// What some states give to the shared documents together, up to a factor.
  ///
  /// - Parameter parts: at least one.
  private func add(
    _ parts: ArenaList<(state: Int, scores: UnsafePointer<Float>)>, _ count: Int
  ) -> (UnsafePointer<Float>, Float) {
    let first = Self.bounding(states[parts[0].state].factor)
    if parts.count == 1 { return (parts[0].scores, first * Self.leadInflation) }
    let sums = arena.allocate(Float.self, count)
    for index in 0..<count { sums[index] = first * parts[0].scores[index] }
    for part in parts.dropFirst() {
      let factor = Self.bounding(states[part.state].factor)
      for index in 0..<count { sums[index] += factor * part.scores[index] }
    }
    // Each product and each sum is rounded.
    return (UnsafePointer(sums), Self.leadInflation + Float(parts.count) * 0x1p-22)
  }
}
