// Sources of LedeCodecs.
