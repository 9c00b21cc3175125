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

// The places of all documents in a list that is not empty.
static inline void LEDE_NAME(places_of)(const uint32_t *list, size_t size, const uint32_t *docs,
                                        size_t count, uint32_t *places) {
  uint32_t next[16], at[16];
  for (size_t start = 0; start < count; start += 16) {
    size_t taken = count - start < 16 ? count - start : 16;
    for (size_t i = 0; i < 16; i++) next[i] = i < taken ? docs[start + i] : 0;
    LEDE_NAME(places16)(list, size, next, at);
    for (size_t i = 0; i < taken; i++) places[start + i] = at[i];
  }
}

// The stretch of a list in which documents from `low` to `high` lie.
static inline size_t LEDE_NAME(stretch)(const uint32_t *list, size_t size, uint32_t low, uint32_t high,
                                        size_t *start) {
  *start = lede_lower_bound(list, size, low);
  size_t count = lede_lower_bound(list + *start, size - *start, high);
  return count + (*start + count < size);
}

// The documents that a list has, at most SEARCHED of them: their numbers, and their places there. Both have
// room for LEDE_INTERSECT_SLACK more. Returns how many.
static inline size_t LEDE_NAME(find)(const uint32_t *list, size_t size, const uint32_t *docs,
                                     size_t count, uint32_t *numbers, uint32_t *places) {
  size_t start, length = LEDE_NAME(stretch)(list, size, docs[0], docs[count - 1], &start), found = 0;
  list += start;
  if (passes(length, count)) {
    found = lede_intersect(docs, count, list, length, numbers, places);
  } else {
    LEDE_NAME(places_of)(list, length, docs, count, places);
    for (size_t i = 0; i < count; i++) {
      uint32_t place = places[i];
      numbers[found] = (uint32_t)i;
      places[found] = place;
      found += list[place] == docs[i];
    }
  }
  for (size_t i = 0; i < found; i++) places[i] += (uint32_t)start;
  return found;
}

static void LEDE_NAME(lede_list_scores)(const uint32_t *list, size_t size, const float *scores,
                                        const uint32_t *docs, size_t count, float *result,
                                        uint32_t *found) {
  uint32_t numbers[SEARCHED + LEDE_INTERSECT_SLACK], places[SEARCHED + LEDE_INTERSECT_SLACK];
  memset(result, 0, count * sizeof *result);
  memset(found, 0, count * sizeof *found);
  for (size_t at = 0; at < count; at += SEARCHED) {
    size_t some = count - at < SEARCHED ? count - at : SEARCHED;
    size_t shared = LEDE_NAME(find)(list, size, docs + at, some, numbers, places);
    for (size_t i = 0; i < shared; i++) {
      result[at + numbers[i]] = scores[places[i]];
      found[at + numbers[i]] = 1;
    }
  }
}

static void LEDE_NAME(lede_list_freqs)(const uint32_t *list, size_t size, const uint32_t *freqs,
                                       const uint32_t *docs, size_t count, uint32_t *result,
                                       uint32_t *places) {
  uint32_t numbers[SEARCHED + LEDE_INTERSECT_SLACK], others[SEARCHED + LEDE_INTERSECT_SLACK];
  memset(result, 0, count * sizeof *result);
  for (size_t at = 0; at < count; at += SEARCHED) {
    size_t some = count - at < SEARCHED ? count - at : SEARCHED;
    size_t shared = LEDE_NAME(find)(list, size, docs + at, some, numbers, others);
    for (size_t i = 0; i < shared; i++) {
      result[at + numbers[i]] = freqs[others[i]];
      places[at + numbers[i]] = others[i];
    }
  }
}

static size_t LEDE_NAME(lede_list_without)(const uint32_t *list, size_t size, uint32_t *docs,
                                           float *scores, size_t count) {
  uint32_t numbers[SEARCHED + LEDE_INTERSECT_SLACK], places[SEARCHED + LEDE_INTERSECT_SLACK];
  size_t kept = 0;
  for (size_t at = 0; at < count; at += SEARCHED) {
    size_t some = count - at < SEARCHED ? count - at : SEARCHED, next = 0;
    size_t shared = LEDE_NAME(find)(list, size, docs + at, some, numbers, places);
    numbers[shared] = UINT32_MAX;
    for (size_t i = 0; i < some; i++) {
      size_t is_shared = numbers[next] == i;
      docs[kept] = docs[at + i];
      scores[kept] = scores[at + i];
      kept += 1 - is_shared;
      next += is_shared;
    }
  }
  return kept;
}
