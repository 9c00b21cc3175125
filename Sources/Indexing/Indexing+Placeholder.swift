// Sources of LedeIndexing.
