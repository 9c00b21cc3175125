import LedeAnalysis

/// What was damaged in an index, and what became of it.
public struct RepairReport: Sendable, Equatable {
  /// A segment of which a file was damaged.
  public struct Segment: Sendable, Equatable {
    public var path: String
    /// The first thing that is wrong with it.
    public var damage: String
    /// Documents indexed again from their texts, or kept as they were.
    public var saved = 0
    /// Documents that are gone.
    public var lost = 0
    /// Their keys, as far as these are known.
    public var lostKeys: [String] = []
    /// Keys of saved documents whose text could not be held against anything.
    public var uncheckedKeys: [String] = []
    /// Whether date, source, category and language of the saved documents are gone.
    public var losesValues = false
    /// Whether it was lost which documents had been deleted: some may be back.
    public var mayRevive = false
  }

  /// What was wrong with the manifest; nil when it was sound.
  public var manifestDamage: String?
  /// The language that a lost manifest was made anew with.
  public var language: Language?
  /// What was wrong with the ledger; nil when it was sound or there was none.
  public var ledgerDamage: String?
  public var segments: [Segment] = []
  /// Segments that were not touched.
  public var healthySegments = 0
  /// Live documents of the repaired index.
  public var documentCount = 0
  /// Where damaged files were put.
  public var keptAside: [String] = []

  public init() {}

  /// Whether there was anything to repair.
  public var isDamaged: Bool {
    manifestDamage != nil || ledgerDamage != nil || !segments.isEmpty
  }

  public var saved: Int { segments.reduce(0) { $0 + $1.saved } }
  public var lost: Int { segments.reduce(0) { $0 + $1.lost } }
}
