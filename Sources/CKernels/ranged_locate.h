// Where the positions of documents of a range start, for the kernels of lede_ranged.h; once for each level, see
// levels.h.

// The termFreqs of documents of a range, given its documents as bits and their termFreqs, 0 for those that it
// lacks, and their places, or those of the next. Returns how many are there.
static inline size_t LEDE_NAME(match)(const uint64_t *bits, const uint32_t *own_freqs,
                                      const uint32_t *docs, size_t count, uint32_t *freqs,
                                      uint32_t *places) {
  uint32_t before[8];
  size_t found = 0;
  LEDE_NAME(bits_before)(bits, before);
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] & 511, place = LEDE_NAME(place_among)(bits, before, local);
    uint32_t is_there = bits[local >> 6] >> (local & 63) & 1;
    freqs[i] = own_freqs[place] & (0 - is_there);
    places[i] = place;
    found += is_there;
  }
  return found;
}

// The documents of a range are in it: `start` is where its positions do. Returns how many are there, or
// LEDE_DAMAGED.
static inline size_t LEDE_NAME(locate_range)(const lede_ranged *list, uint32_t range,
                                             lede_lengths lengths, uint64_t start,
                                             LEDE_NAME(located) wanted) {
  uint32_t own[LEDE_RANGE_SIZE + 16], own_freqs[LEDE_RANGE_SIZE + 16];
  range_view view;
  uint64_t bits[8];
  size_t found;
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  if (!LEDE_NAME(take_freqs)(&view, own_freqs)) return LEDE_DAMAGED;
  LEDE_NAME(take_docs)(&view, own);
  if (!ends_inside(list, own, view.count)) return LEDE_DAMAGED;
#if defined(LEDE_IS_AVX512)
  found = locate_postings(own, own_freqs, view.count, lengths, start, &wanted);
  if (found != LONG_DOCUMENT) return found;
#endif
  if (LEDE_NAME(take_bits)(list, range, bits) == LEDE_DAMAGED) return LEDE_DAMAGED;
  found = LEDE_NAME(match)(bits, own_freqs, wanted.docs, wanted.count, wanted.freqs, wanted.places);
  if (found > 0)
    lede_position_starts(lengths, own, own_freqs, 0, start, wanted.places, wanted.count, wanted.starts);
  return found;
}

// As lede_ranged_locate, of a list with marks or without.
static inline __attribute__((always_inline)) size_t LEDE_NAME(locate_ranges)(
    const lede_ranged *list, lede_lengths lengths, lede_range_positions positions, int is_marked,
    const uint32_t *docs, size_t count, uint32_t *freqs, uint32_t *places, uint64_t *starts) {
  size_t total = 0, end;
  for (size_t i = 0; i < count; i = end) {
    uint32_t range = docs[i] >> 9;
    end = LEDE_NAME(same_range)(docs, count, i);
    if (list->codes[range] == 0) {
      memset(freqs + i, 0, 4 * (end - i));
      continue;
    }
    uint64_t start = position_start(positions, range);
    if (start > positions.end) return LEDE_DAMAGED;
    if (end < count) prefetch_range(list, docs[end] >> 9);
    LEDE_NAME(located) wanted = {docs + i, end - i, freqs + i, places + i, starts + i};
    size_t found = SIZE_MAX;
    (void)is_marked;
#if defined(LEDE_IS_AVX512)
    if (is_marked && wanted.count <= MARKED_MOST)
      found = locate_marked(list, range, lengths, positions, 8 * start, &wanted);
    if (found == SIZE_MAX) found = locate_nibbles(list, range, lengths, 8 * start, &wanted);
    if (found == SIZE_MAX) found = locate_bitmap(list, range, lengths, 8 * start, &wanted);
#endif
    if (found == SIZE_MAX) found = LEDE_NAME(locate_range)(list, range, lengths, 8 * start, wanted);
    if (found == LEDE_DAMAGED) return LEDE_DAMAGED;
    total += found;
  }
  return total;
}

#if defined(LEDE_IS_AVX512)
// A loop of its own: most lists have no marks, and what is called in a loop costs it registers.
static __attribute__((noinline)) size_t locate_by_marks(const lede_ranged *list, lede_lengths lengths,
                                                        lede_range_positions positions,
                                                        const uint32_t *docs, size_t count,
                                                        uint32_t *freqs, uint32_t *places,
                                                        uint64_t *starts) {
  return LEDE_NAME(locate_ranges)(list, lengths, positions, 1, docs, count, freqs, places, starts);
}
#endif

static size_t LEDE_NAME(lede_ranged_locate)(const lede_ranged *list, lede_lengths lengths,
                                            lede_range_positions positions, const uint32_t *docs,
                                            size_t count, uint32_t *freqs, uint32_t *places,
                                            uint64_t *starts) {
#if defined(LEDE_IS_AVX512)
  if (positions.marks != NULL)
    return locate_by_marks(list, lengths, positions, docs, count, freqs, places, starts);
#endif
  return LEDE_NAME(locate_ranges)(list, lengths, positions, 0, docs, count, freqs, places, starts);
}
