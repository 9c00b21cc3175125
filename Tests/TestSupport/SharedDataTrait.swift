import Testing

extension Trait where Self == ConditionTrait {
  /// Runs the test only where files of the shared data exist (see `SharedData`).
  ///
  ///     @Test(.needsShared("data/queries/search_benchmark_game.jsonl"))
  public static func needsShared(_ paths: String...) -> Self {
    .enabled(
      if: SharedData.shouldRun(needing: paths),
      "needs the shared data: \(paths.joined(separator: ", "))")
  }
}
