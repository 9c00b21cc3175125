// Where the positions of documents of a range start, for the kernels of lede_ranged.h; once for each level, see
// levels.h.

// Documents of a range that are looked up, and what is found of each.
typedef struct {
  const uint32_t *docs;
  size_t count;
  uint32_t *freqs, *places;
  uint64_t *starts;
} LEDE_NAME(located);

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

#if defined(LEDE_IS_AVX512)
// With so many postings in a range, all its documents are gone through as they lie, those that it lacks too; fewer
// postings are gone through one by one.
#define MANY_POSTINGS 256

// What the two functions below return for a range with a document whose length the column does not say.
#define LONG_DOCUMENT SIZE_MAX

// Sums of sizes: of those passed, not added up yet, and by lane of those before it among the last sixteen.
typedef struct {
  uint64_t start;
  __m512i passed;
  uint32_t below[16];
} size_sums;

// Gets ready to say where the entries of sixteen sizes start.
static inline void sum_below(size_sums *sums, __m512i sizes) {
  const __m512i zero = _mm512_setzero_si512();
  __m512i below = _mm512_alignr_epi32(sizes, zero, 15);
  below = _mm512_add_epi32(below, _mm512_alignr_epi32(below, zero, 15));
  below = _mm512_add_epi32(below, _mm512_alignr_epi32(below, zero, 14));
  below = _mm512_add_epi32(below, _mm512_alignr_epi32(below, zero, 12));
  below = _mm512_add_epi32(below, _mm512_alignr_epi32(below, zero, 8));
  _mm512_storeu_si512(sums->below, below);
  sums->start += (uint32_t)_mm512_reduce_add_epi32(sums->passed);
  sums->passed = zero;
}

// Of postings one by one. Returns how many documents are there.
static inline size_t locate_postings(const uint32_t *own, const uint32_t *own_freqs, size_t own_count,
                                     lede_lengths lengths, uint64_t start, LEDE_NAME(located) *wanted) {
  size_sums sums = {start, _mm512_setzero_si512(), {0}};
  size_t found = 0, number = 0;
  for (size_t i = 0; i < own_count && number < wanted->count; i += 16) {
    __mmask16 valid = lanes16(own_count - i);
    __m512i docs = _mm512_loadu_si512(own + i);
    __m512i row = lengths16(lengths.column, docs, valid);
    if (__builtin_expect(escapes16(row) != 0, 0)) return LONG_DOCUMENT;
    __m512i sizes = _mm512_maskz_mov_epi32(valid, sizes16(row, _mm512_loadu_si512(own_freqs + i)));
    uint32_t last = own[i + 16 <= own_count ? i + 15 : own_count - 1];
    if (wanted->docs[number] <= last) sum_below(&sums, sizes);
    for (; number < wanted->count && wanted->docs[number] <= last; number++) {
      uint32_t lanes = _mm512_mask_cmpeq_epi32_mask(
          valid, docs, _mm512_set1_epi32((int)wanted->docs[number]));
      uint32_t lane = (uint32_t)__builtin_ctz(lanes | 1u << 15);
      wanted->freqs[number] = lanes == 0 ? 0 : own_freqs[i + lane];
      wanted->places[number] = (uint32_t)i + lane;
      wanted->starts[number] = sums.start + sums.below[lane];
      found += lanes != 0;
    }
    sums.passed = _mm512_add_epi32(sums.passed, sizes);
  }
  for (; number < wanted->count; number++) wanted->freqs[number] = 0;
  return found;
}

// Of a bitmap, sixteen documents after sixteen, there or not: nothing is gathered. Returns as above.
static inline size_t locate_bits(const uint64_t *bits, uint32_t base, const uint32_t *own_freqs,
                                 lede_lengths lengths, uint64_t start, LEDE_NAME(located) *wanted) {
  size_sums sums = {start, _mm512_setzero_si512(), {0}};
  size_t found = 0, number = 0;
  uint32_t place = 0;
  for (uint32_t i = 0; i < LEDE_RANGE_SIZE && number < wanted->count; i += 16) {
    __mmask16 valid = (__mmask16)(bits[i / 64] >> (i % 64));
    __m512i row = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(lengths.column + base + i)));
    if (__builtin_expect((escapes16(row) & valid) != 0, 0)) return LONG_DOCUMENT;
    __m512i freqs = _mm512_maskz_expand_epi32(valid, _mm512_loadu_si512(own_freqs + place));
    __m512i sizes = _mm512_maskz_mov_epi32(valid, sizes16(row, freqs));
    if (wanted->docs[number] < base + i + 16) sum_below(&sums, sizes);
    for (; number < wanted->count && wanted->docs[number] < base + i + 16; number++) {
      uint32_t lane = wanted->docs[number] & 15, is_there = valid >> lane & 1;
      uint32_t at = place + (uint32_t)__builtin_popcount(valid & ((1u << lane) - 1));
      wanted->freqs[number] = own_freqs[at] & (0 - is_there);
      wanted->places[number] = at;
      wanted->starts[number] = sums.start + sums.below[lane];
      found += is_there;
    }
    sums.passed = _mm512_add_epi32(sums.passed, sizes);
    place += (uint32_t)__builtin_popcount(valid);
  }
  return found;
}
#endif

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
#if defined(LEDE_IS_AVX512)
  if (view.is_bitmap && view.count >= MANY_POSTINGS && view.base + LEDE_RANGE_SIZE <= list->doc_count) {
    for (int w = 0; w < 8; w++) bits[w] = load_uint64(view.docs + 8 * w);
    // What stands behind the last document that is wanted need not be read.
    range_view part = view;
    part.count = LEDE_NAME(place_in_bitmap)(view.docs, wanted.docs[wanted.count - 1] & 511) + 1;
    if (part.count > view.count) part.count = view.count;
    if (!LEDE_NAME(take_freqs)(&part, own_freqs)) return LEDE_DAMAGED;
    found = locate_bits(bits, view.base, own_freqs, lengths, start, &wanted);
    if (found != LONG_DOCUMENT) return found;
  }
#endif
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

static size_t LEDE_NAME(lede_ranged_locate)(const lede_ranged *list, lede_lengths lengths,
                                            lede_range_positions positions, const uint32_t *docs,
                                            size_t count, uint32_t *freqs, uint32_t *places,
                                            uint64_t *starts) {
  size_t total = 0, end;
  for (size_t i = 0; i < count; i = end) {
    uint32_t range = docs[i] >> 9;
    end = same_range(docs, count, i);
    if (list->codes[range] == 0) {
      memset(freqs + i, 0, 4 * (end - i));
      continue;
    }
    uint64_t start = position_start(positions, range);
    if (start > positions.end) return LEDE_DAMAGED;
    if (end < count) prefetch_range(list, docs[end] >> 9);
    size_t found = LEDE_NAME(locate_range)(
        list, range, lengths, 8 * start,
        (LEDE_NAME(located)){docs + i, end - i, freqs + i, places + i, starts + i});
    if (found == LEDE_DAMAGED) return LEDE_DAMAGED;
    total += found;
  }
  return total;
}
