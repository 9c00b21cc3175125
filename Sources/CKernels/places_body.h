// The kernels of lede_places.h; see levels.h.

// The first places of sixteen documents in a list that is not empty, its last place for those above
// all: the steps of a search are the same, whatever is looked for.
static inline void LEDE_NAME(places16)(const uint32_t *list, size_t size, const uint32_t *docs,
                                       uint32_t *places) {
  uint32_t at[16] = {0};
  // Each place is in at ... at + left.
  for (uint32_t left = (uint32_t)size - 1; left > 0;) {
    uint32_t half = (left + 1) / 2;
    for (int i = 0; i < 16; i++) at[i] += list[at[i] + half - 1] < docs[i] ? half : 0;
    left -= half;
  }
  for (int i = 0; i < 16; i++) places[i] = at[i];
}

// The places of all documents; 0 in an empty list.
static inline void LEDE_NAME(places_of)(const uint32_t *list, size_t size, const uint32_t *docs,
                                        size_t count, uint32_t *places) {
  uint32_t next[16], at[16] = {0};
  for (size_t start = 0; start < count; start += 16) {
    size_t taken = count - start < 16 ? count - start : 16;
    for (size_t i = 0; i < 16; i++) next[i] = i < taken ? docs[start + i] : 0;
    if (size > 0) LEDE_NAME(places16)(list, size, next, at);
    for (size_t i = 0; i < taken; i++) places[start + i] = at[i];
  }
}

static void LEDE_NAME(lede_list_scores)(const uint32_t *list, size_t size, const float *scores,
                                        const uint32_t *docs, size_t count, float *result,
                                        uint32_t *found) {
  LEDE_NAME(places_of)(list, size, docs, count, found);
  for (size_t i = 0; i < count; i++) {
    uint32_t place = found[i], is_there = size > 0 && list[place] == docs[i];
    float score = size > 0 ? scores[place] : 0;
    result[i] = is_there ? score : 0;
    found[i] = is_there;
  }
}

static void LEDE_NAME(lede_list_freqs)(const uint32_t *list, size_t size, const uint32_t *freqs,
                                       const uint32_t *docs, size_t count, uint32_t *result,
                                       uint32_t *places) {
  LEDE_NAME(places_of)(list, size, docs, count, places);
  for (size_t i = 0; i < count; i++) {
    uint32_t freq = size > 0 ? freqs[places[i]] : 0;
    result[i] = size > 0 && list[places[i]] == docs[i] ? freq : 0;
  }
}
