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

// The next documents, up to sixteen, with zeros behind the last; returns how many.
static inline size_t LEDE_NAME(next16)(const uint32_t *docs, size_t count, uint32_t *next) {
  size_t taken = count < 16 ? count : 16;
  for (size_t i = 0; i < 16; i++) next[i] = i < taken ? docs[i] : 0;
  return taken;
}

static void LEDE_NAME(lede_list_scores)(const uint32_t *list, size_t size, const float *scores,
                                        const uint32_t *docs, size_t count, float *result,
                                        uint32_t *found) {
  uint32_t next[16], places[16];
  if (size == 0) {
    memset(result, 0, count * sizeof *result);
    memset(found, 0, count * sizeof *found);
    return;
  }
  for (size_t start = 0; start < count; start += 16) {
    size_t taken = LEDE_NAME(next16)(docs + start, count - start, next);
    LEDE_NAME(places16)(list, size, next, places);
    for (size_t i = 0; i < taken; i++) {
      uint32_t is_there = list[places[i]] == next[i];
      float score = scores[places[i]];
      result[start + i] = is_there ? score : 0;
      found[start + i] = is_there;
    }
  }
}

static void LEDE_NAME(lede_list_freqs)(const uint32_t *list, size_t size, const uint32_t *freqs,
                                       const uint32_t *docs, size_t count, uint32_t *result,
                                       uint32_t *places) {
  uint32_t next[16], at[16];
  if (size == 0) {
    memset(result, 0, count * sizeof *result);
    memset(places, 0, count * sizeof *places);
    return;
  }
  for (size_t start = 0; start < count; start += 16) {
    size_t taken = LEDE_NAME(next16)(docs + start, count - start, next);
    LEDE_NAME(places16)(list, size, next, at);
    for (size_t i = 0; i < taken; i++) {
      uint32_t freq = freqs[at[i]];
      result[start + i] = list[at[i]] == next[i] ? freq : 0;
      places[start + i] = at[i];
    }
  }
}
