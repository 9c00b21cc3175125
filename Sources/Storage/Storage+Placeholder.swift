// Sources of LedeStorage.
