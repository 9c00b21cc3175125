// Sources of LedeArticles.
