// Sources of LedeAnalysis.
