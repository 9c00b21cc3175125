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

#if defined(LEDE_IS_AVX512)
// Writes the first `count` of 32 numbers, each with `base` added; up to 16 or 32 are overwritten.
static inline void put_numbers(__m512i numbers, size_t count, uint32_t base, uint32_t *out) {
  __m512i first = _mm512_set1_epi32((int)base);
  __m512i low = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(numbers));
  _mm512_storeu_si512(out, _mm512_add_epi32(low, first));
  if (count <= 16) return;
  __m512i high = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(numbers, 1));
  _mm512_storeu_si512(out + 16, _mm512_add_epi32(high, first));
}

// Half of a range's documents.
typedef struct {
  __m256i buckets, lows;
  __mmask32 lanes;
  uint32_t place;  // of the first
} nibble_half;

// Those of half a range's documents that are set in its bits, and their places unless those are NULL.
static inline size_t meet_half(nibble_half half, __m512i bits, uint32_t base, uint32_t *docs,
                               uint32_t *places) {
  __m512i bucket = _mm512_cvtepu8_epi16(half.buckets), low = _mm512_cvtepu8_epi16(half.lows);
  __m512i bit = _mm512_sllv_epi16(_mm512_set1_epi16(1), low);
  __mmask32 shared =
      _mm512_mask_test_epi16_mask(half.lanes, _mm512_permutexvar_epi16(bucket, bits), bit);
  __m512i local = _mm512_or_si512(_mm512_slli_epi16(bucket, 4), low);
  size_t found = (size_t)__builtin_popcount(shared);
  put_numbers(_mm512_maskz_compress_epi16(shared, local), found, base, docs);
  if (places != NULL) {
    __m512i numbers = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(numbers64()));
    put_numbers(_mm512_maskz_compress_epi16(shared, numbers), found, half.place, places);
  }
  return found;
}

// Those of a range's documents that are set in some bits, and their places unless those are NULL; SIZE_MAX where the
// range is not in nibbles or cannot be read here.
static inline size_t meet_nibbles(const lede_ranged *list, uint32_t range, __m512i bits, uint32_t *docs,
                                  uint32_t *places) {
  size_t start = range_start(list, range);
  if (!is_inside(list, range, start) || list->payload[start] >> 6 == BITMAP) return SIZE_MAX;
  nibble_docs own;
  if (!docs_in_nibbles(LEDE_NAME(parts_of)(list->payload + start), &own) || !ascend_in_nibbles(&own))
    return SIZE_MAX;
  nibble_half half = {_mm512_castsi512_si256(own.buckets), _mm512_castsi512_si256(own.lows),
                      (__mmask32)own.lanes, 0};
  size_t found = meet_half(half, bits, range << 9, docs, places);
  half = (nibble_half){_mm512_extracti64x4_epi64(own.buckets, 1), _mm512_extracti64x4_epi64(own.lows, 1),
                       (__mmask32)(own.lanes >> 32), 32};
  if (half.lanes == 0) return found;
  return found + meet_half(half, bits, range << 9, docs + found, places == NULL ? NULL : places + found);
}

// As lede_ranged_meet: the first list's documents, which are the fewest, are looked up in the bits that the others
// share. SIZE_MAX for what cannot be read here.
static inline size_t meet_quickly(const lede_ranged *const *lists, size_t list_count, uint32_t range,
                                  uint32_t *docs, uint32_t *const *places, size_t at) {
  uint64_t bits[LEDE_MET_PLACES][8];
  __m512i all = _mm512_set1_epi32(-1), taken;
  for (size_t number = 1; number < list_count; number++) {
    if (!quick_bits(lists[number], range, &taken)) return SIZE_MAX;
    all = _mm512_and_si512(all, taken);
    if (number < LEDE_MET_PLACES) _mm512_storeu_si512(bits[number], taken);
  }
  size_t found = meet_nibbles(lists[0], range, all, docs, places == NULL ? NULL : places[0] + at);
  if (places == NULL || found == SIZE_MAX) return found;
  for (size_t number = 1; number < list_count && number < LEDE_MET_PLACES; number++)
    LEDE_NAME(places_of)(bits[number], docs, found, places[number] + at);
  return found;
}
#endif

static inline size_t LEDE_NAME(lede_ranged_meet)(const lede_ranged *const *lists, size_t list_count,
                                                 uint32_t range, uint32_t *docs,
                                                 uint32_t *const *places, size_t at) {
  for (size_t number = 0; number < list_count; number++)
    if (lists[number]->codes[range] == 0) return 0;
#if defined(LEDE_IS_AVX512)
  if (list_count > 1) {
    size_t found = meet_quickly(lists, list_count, range, docs, places, at);
    if (found != SIZE_MAX) return found;
  }
#endif
  uint64_t bits[LEDE_MET_PLACES][8];
  LEDE_NAME(range_bits) all = LEDE_NAME(all_bits)(), taken;
  for (size_t number = 0; number < list_count; number++) {
    if (LEDE_NAME(bits_of)(lists[number], range, &taken) == LEDE_DAMAGED) return LEDE_DAMAGED;
    if (!LEDE_NAME(share)(&all, taken)) return 0;
    if (places != NULL && number < LEDE_MET_PLACES) memcpy(bits[number], &taken, 64);
  }
  uint64_t own[8];
  memcpy(own, &all, 64);
  size_t count = LEDE_NAME(docs_of_bits)(own, range, docs);
  for (size_t number = 0; places != NULL && number < list_count && number < LEDE_MET_PLACES; number++)
    LEDE_NAME(places_of)(bits[number], docs, count, places[number] + at);
  return count;
}

// Whether all lists may have what is wanted in a range.
static inline int LEDE_NAME(reach_code)(const lede_ranged *const *lists, size_t list_count, uint8_t least_code,
                                        uint32_t range) {
  uint32_t least = UINT8_MAX;
  for (size_t number = 0; number < list_count; number++) {
    uint32_t code = lists[number]->codes[range];
    least = code < least ? code : least;
  }
  return least >= least_code;
}

static size_t LEDE_NAME(lede_ranged_meet_ranges)(const lede_ranged *const *lists, size_t list_count,
                                                 uint8_t least_code, uint32_t *range, uint32_t end,
                                                 size_t wanted, uint32_t *docs) {
  size_t count = 0;
  for (; *range < end && count < wanted; ++*range) {
    if (!LEDE_NAME(reach_code)(lists, list_count, least_code, *range)) continue;
    size_t found = LEDE_NAME(lede_ranged_meet)(lists, list_count, *range, docs + count, NULL, 0);
    if (found == LEDE_DAMAGED) return LEDE_DAMAGED;
    count += found;
  }
  return count;
}

static size_t LEDE_NAME(lede_ranged_meet_chosen)(const lede_met_ranges *ranges, const lede_ranged *const *lists,
                                                 size_t list_count, size_t wanted, size_t *next,
                                                 uint32_t *docs, uint32_t *const *places) {
  size_t count = 0, i = 0;
  for (; i < ranges->count && count < wanted; i++) {
    // Ranges lie apart: what comes next is on its way from memory.
    for (size_t number = 0; number < list_count && i + 2 < ranges->count; number++)
      prefetch_range(lists[number], ranges->first + ranges->numbers[i + 2]);
    if (ranges->bounds[ranges->numbers[i]] < ranges->least) continue;
    size_t found = LEDE_NAME(lede_ranged_meet)(lists, list_count, ranges->first + ranges->numbers[i],
                                               docs + count, places, count);
    if (found == LEDE_DAMAGED) return LEDE_DAMAGED;
    count += found;
  }
  *next = i;
  return count;
}
