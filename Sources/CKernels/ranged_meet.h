// What lists share in a range, for the kernels of lede_ranged.h; once for each level, see levels.h.

// The documents whose bits are set in the eight words of a range; returns how many.
static inline size_t LEDE_NAME(docs_of_bits)(const uint64_t *bits, uint32_t range, uint32_t *docs) {
  size_t found = 0;
  for (uint32_t w = 0; w < 8; w++)
    if (bits[w] != 0) found += LEDE_NAME(ones_of)(bits[w], (range << 9) + 64 * w, docs + found, 16);
  return found;
}

// The places of documents of a range among those whose bits are set.
static inline void LEDE_NAME(places_of)(const uint64_t *bits, const uint32_t *docs, size_t count,
                                        uint32_t *places) {
#if defined(LEDE_IS_AVX512)
  __m512i words = _mm512_loadu_si512(bits), before = sums_before(_mm512_popcnt_epi64(words));
  for (size_t i = 0; i < count; i += 8) {
    __mmask8 lanes = lanes8(count - i);
    bits_each at = look_bits(words, before, _mm256_maskz_loadu_epi32(lanes, docs + i));
    _mm512_mask_cvtepi64_storeu_epi32(places + i, lanes, at.place);
  }
#else
  uint32_t before[8];
  LEDE_NAME(bits_before)(bits, before);
  for (size_t i = 0; i < count; i++) places[i] = LEDE_NAME(place_among)(bits, before, docs[i]);
#endif
}

static size_t LEDE_NAME(lede_ranged_meet)(const lede_ranged *const *lists, size_t list_count,
                                          uint32_t range, uint32_t *docs, uint32_t *const *places,
                                          size_t at) {
  uint64_t bits[LEDE_MET_PLACES][8], own[8];
  LEDE_NAME(range_bits) all = LEDE_NAME(all_bits)(), taken;
  for (size_t number = 0; number < list_count; number++) {
    if (lists[number]->codes[range] == 0) return 0;
    if (LEDE_NAME(bits_of)(lists[number], range, &taken) == LEDE_DAMAGED) return LEDE_DAMAGED;
    if (!LEDE_NAME(share)(&all, taken)) return 0;
    if (number < LEDE_MET_PLACES) memcpy(bits[number], &taken, 64);
  }
  memcpy(own, &all, 64);
  size_t count = LEDE_NAME(docs_of_bits)(own, range, docs);
  for (size_t number = 0; places != NULL && number < list_count && number < LEDE_MET_PLACES; number++)
    LEDE_NAME(places_of)(bits[number], docs, count, places[number] + at);
  return count;
}

static size_t LEDE_NAME(lede_ranged_meet_ranges)(const lede_ranged *const *lists, size_t list_count,
                                                 uint32_t *range, uint32_t end, size_t wanted,
                                                 uint32_t *docs) {
  size_t count = 0;
  for (; *range < end && count < wanted; ++*range) {
    size_t found = LEDE_NAME(lede_ranged_meet)(lists, list_count, *range, docs + count, NULL, 0);
    if (found == LEDE_DAMAGED) return LEDE_DAMAGED;
    count += found;
  }
  return count;
}
