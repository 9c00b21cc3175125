extension Analyzer {
  /// Replaces `surface` with NFKC_Casefold of a text taken whole, without segmentation.
  ///
  /// Ill-formed parts become U+FFFD. Not shortened: see `LongTerm` for what terms are.
  package func surface(of utf8: UnsafeBufferPointer<UInt8>, into surface: inout [UInt8]) {
    surface.removeAll(keepingCapacity: true)
    if utf8.isASCII {
      surface.append(contentsOf: utf8)
      surface.withUnsafeMutableBytes { lowerASCII($0, from: 0) }
      return
    }
    let text = normalForms.decode(utf8)
    guard let units = text.baseAddress else { return }
    normalForms.caseFold(units, count: text.count)
    normalForms.result.appendUTF8(to: &surface)
  }

  /// Replaces `stemClass` with fold(stem(surface)); with fold(surface) for the language `none`.
  ///
  /// For words only: the class of a unigram or bigram is itself. 0.2 to 0.5 µs a word: call once per
  /// distinct surface. Folding comes last because Snowball's rules name accented letters:
  /// `généralité` has the stem `général`, but `generalite` has `generalit`.
  package func stemClass(
    ofSurface surface: UnsafeBufferPointer<UInt8>, into stemClass: inout [UInt8]
  ) {
    guard let stemmer else {
      fold(surface, into: &stemClass)
      return
    }
    fold(stemmer.stem(of: surface), into: &stemClass)
  }

  /// The class of an ASCII surface, valid until the next call; nil where its stem is not ASCII and has to be
  /// folded, as that of `plastic` in Turkish.
  package func stemClass(
    ofASCII surface: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    guard let stemmer else { return surface }
    let stem = stemmer.stem(of: surface)
    return stem.isASCII ? stem : nil
  }

  /// The class of a surface: see ``stemClass(ofSurface:into:)``.
  package func classOf(_ surface: [UInt8]) -> [UInt8] {
    guard stemmer != nil else { return folded(surface) }
    var stem: [UInt8] = []
    surface.withUnsafeBufferPointer { stemClass(ofSurface: $0, into: &stem) }
    return stem
  }

  /// Whether a surface is its own class.
  package func isItsOwnClass(_ surface: UnsafeBufferPointer<UInt8>) -> Bool {
    if surface.isASCII, let stem = stemClass(ofASCII: surface) {
      return stem.elementsEqual(surface)
    }
    let surface = [UInt8](surface)
    return classOf(surface) == surface
  }

  /// The fold of a surface: the surface itself, memory included, where nothing is stripped from it
  /// because it is ASCII.
  package func folded(_ surface: [UInt8]) -> [UInt8] {
    if surface.withUnsafeBufferPointer(\.isASCII) { return surface }
    var fold: [UInt8] = []
    surface.withUnsafeBufferPointer { self.fold($0, into: &fold) }
    return fold
  }

  /// Replaces `folded` with the surface without the marks of its Latin and Greek letters.
  ///
  /// Marks of other scripts make other letters (が is not か, й is not и), so they stay. Letters that
  /// have no decomposition (ø, ł, đ) stay as well.
  package func fold(_ surface: UnsafeBufferPointer<UInt8>, into folded: inout [UInt8]) {
    folded.removeAll(keepingCapacity: true)
    if surface.isASCII {
      folded.append(contentsOf: surface)
      return
    }
    let text = normalForms.decode(surface)
    guard let units = text.baseAddress else { return }
    normalForms.stripMarks(units, count: text.count)
    normalForms.result.appendUTF8(to: &folded)
  }
}

extension UnsafeBufferPointer<UInt8> {
  package var isASCII: Bool {
    guard let baseAddress else { return true }
    return UTF8Decoding.firstNonASCII(baseAddress, 0, count) == count
  }
}
