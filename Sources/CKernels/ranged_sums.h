// What stands before the positions of documents of a range, for the kernels of lede_ranged.h; once for each
// level, see levels.h.
//
// Ranges differ in how many postings they have and how many of them are wanted, which cannot be guessed: as
// little as can be depends on that.

// Documents of a range that are looked up, and what is found of each.
typedef struct {
  const uint32_t *docs;
  size_t count;
  uint32_t *freqs, *places;
  uint64_t *starts;
} LEDE_NAME(located);

#if defined(LEDE_IS_AVX512)
// For each of sixteen lanes the sum of those before it.
static inline __m512i sums_below(__m512i lanes) {
  const __m512i zero = _mm512_setzero_si512();
  lanes = _mm512_alignr_epi32(lanes, zero, 15);
  lanes = _mm512_add_epi32(lanes, _mm512_alignr_epi32(lanes, zero, 15));
  lanes = _mm512_add_epi32(lanes, _mm512_alignr_epi32(lanes, zero, 14));
  lanes = _mm512_add_epi32(lanes, _mm512_alignr_epi32(lanes, zero, 12));
  return _mm512_add_epi32(lanes, _mm512_alignr_epi32(lanes, zero, 8));
}

// The first termFreqs of a range in unary, up to number `last` at least; returns 0 where they end behind what bytes
// can say.
static inline int unary_bytes(const range_view *view, uint32_t last, __m512i *out) {
  uint32_t found = 0;
  __m512i ends = _mm512_setzero_si512();
  for (uint32_t at = 0; found <= last; at += 64) {
    if (at == 256 || at / 8 >= view->freqs_size) return 0;
    uint64_t word = load_window(view->freqs, at / 8, view->freqs_size);
    ends = _mm512_mask_expand_epi8(ends, UINT64_MAX << found,
                                   _mm512_add_epi8(ones64(word), _mm512_set1_epi8((char)at)));
    found += (uint32_t)__builtin_popcountll(word);
  }
  // Before the first stands one that ends before them all.
  __m512i before = _mm512_mask_permutexvar_epi8(
      _mm512_set1_epi8(-1), UINT64_MAX - 1, _mm512_sub_epi8(numbers64(), _mm512_set1_epi8(1)), ends);
  *out = _mm512_sub_epi8(ends, before);
  // A first one of 256, which ends where bytes do, would be 0.
  return (int)(_mm512_test_epi8_mask(*out, *out) & 1);
}

// The first termFreqs of a range, up to number `last` at least; returns 0 where they are damaged, or too large.
static inline int take_bytes(const range_view *view, uint32_t last, __m512i *freqs) {
  *freqs = _mm512_set1_epi8(1);
  if (view->freqs_form == FREQS_UNARY) return unary_bytes(view, last, freqs);
  if (view->freqs_form == FREQS_ONES) return 1;
  if (view->width > 7) return 0;
  uint8_t bytes[64] = {0};
  for (uint32_t i = 0; i <= last; i += 16) {
    size_t at = i / 8 * view->width;
    if (at >= view->freqs_size) return 0;
    __m512i some = packed16(view->freqs + at, view->freqs_size - at, 0, view->width);
    _mm_storeu_si128((__m128i *)(bytes + i), _mm512_cvtepi32_epi8(some));
  }
  *freqs = _mm512_add_epi8(*freqs, _mm512_loadu_si512(bytes));
  return 1;
}

// Writes what the entries of sixteen postings, and `passed` bits before them, take before each; returns what
// they take with all of them. Sets `unsized` where a length is none that sizes are made of.
static inline __m512i sum_nibbles(__m512i buckets, __m512i lows, __m512i freqs, const uint16_t *column,
                                  __mmask16 valid, __m512i passed, __mmask16 *unsized, uint32_t *out) {
  __m512i local = _mm512_or_si512(_mm512_slli_epi32(buckets, 4), lows);
  __m512i row = lengths16(column, local, valid), sizes = sizes16(row, freqs);
  __m512i below = _mm512_add_epi32(sums_below(sizes), passed);
  *unsized |= unsized16(row);
  _mm512_storeu_si512(out, below);
  return _mm512_permutexvar_epi32(_mm512_set1_epi32(15), _mm512_add_epi32(below, sizes));
}

// Postings of a range by number: their termFreqs, and what the entries before each take.
typedef struct {
  uint8_t freqs[64];
  uint32_t below[64];
} nibble_sums;

// Takes the postings up to number `last`, by sixteens; returns 0 where one has a length that sizes are not made of.
static inline int sum_postings(const nibble_docs *docs, __m512i freqs, const uint16_t *column, uint32_t last,
                               nibble_sums *out) {
  __mmask16 unsized = 0;
  __m512i passed = _mm512_setzero_si512();
  _mm512_storeu_si512(out->freqs, freqs);
  // Quarters are told by constants.
#define SUM(number)                                                                                  \
  passed = sum_nibbles(quarter(docs->buckets, number), quarter(docs->lows, number),                  \
                       quarter(freqs, number), column, lanes16(last - 16 * number), passed, &unsized, \
                       out->below + 16 * number)
  SUM(0);
  if (last >= 16) SUM(1);
  if (last >= 32) SUM(2);
  if (last >= 48) SUM(3);
#undef SUM
  return unsized == 0;
}

// As locate_range; SIZE_MAX for a range that is not in nibbles, or cannot be read here.
static inline size_t locate_nibbles(const lede_ranged *list, uint32_t number, lede_lengths lengths,
                                    uint64_t start, LEDE_NAME(located) *wanted) {
  size_t at = range_start(list, number), found = 0;
  if (!is_inside(list, number, at) || list->payload[at] >> 6 == BITMAP) return SIZE_MAX;
  const uint8_t *range = list->payload + at;
  nibble_docs docs;
  range_view view;
  if (!docs_in_nibbles(LEDE_NAME(parts_of)(range), &docs) ||
      !LEDE_NAME(view_freqs)(range, list->size - at, &view))
    return SIZE_MAX;
  uint32_t last = 0;
  for (size_t k = 0; k < wanted->count; k++) {
    uint32_t place = place_in_nibbles(&docs, wanted->docs[k]), is_there = place < 64;
    last = is_there && place > last ? place : last;
    wanted->places[k] = place;
    found += is_there;
  }
  __m512i freqs;
  nibble_sums sums;
  if (!take_bytes(&view, last, &freqs) ||
      !sum_postings(&docs, freqs, lengths.column + ((size_t)number << 9), last, &sums))
    return SIZE_MAX;
  for (size_t k = 0; k < wanted->count; k++) {
    uint32_t place = wanted->places[k], is_there = place < 64;
    wanted->freqs[k] = sums.freqs[place & 63] & (0 - is_there);
    wanted->starts[k] = start + sums.below[place & 63];
  }
  return found;
}

// What is returned for a range with a document of a length that sizes are not made of.
#define LONG_DOCUMENT SIZE_MAX

// Sums of sizes: of those passed, not added up yet, and by lane of those before it among the last sixteen.
typedef struct {
  uint64_t start;
  __m512i passed;
  uint32_t below[16];
} size_sums;

// Gets ready to say where the entries of sixteen sizes start.
static inline void sum_below(size_sums *sums, __m512i sizes) {
  _mm512_storeu_si512(sums->below, sums_below(sizes));
  sums->start += (uint32_t)_mm512_reduce_add_epi32(sums->passed);
  sums->passed = _mm512_setzero_si512();
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
    if (__builtin_expect(unsized16(row) != 0, 0)) return LONG_DOCUMENT;
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
#endif
