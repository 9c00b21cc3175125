// Sources of LedeSearching.
