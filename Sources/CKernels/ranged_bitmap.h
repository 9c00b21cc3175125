// Where positions of documents start in a range that is a bitmap, for the kernels of lede_ranged.h; for AVX-512 alone.
//
// Of hundreds of entries one or two are wanted. The lengths of the documents before are picked from the column by the
// bits of the range, and so lie side by side as termFreqs do. Where a list has marks, few documents are gone through:
// from the nearest mark or the start on, forth or back, up to 127, and 52 on average.
#if defined(LEDE_IS_AVX512)

// Documents of a range that are looked up by its marks; of more, all entries before the last are gone through.
#define MARKED_MOST 3

// A bitmap, ready to be entered anywhere. Its words are read where they lie: to copy them for bits_before and
// place_among costs slow phrases 1 to 4 %.
typedef struct {
  range_view view;
  const uint8_t *bits;
  const uint16_t *column;  // the lengths of the range's documents
  uint32_t before[8];      // how many bits are set before each word
  // What is at hand of postings that follow each other: their lengths, and the lowest bytes of where termFreqs in
  // unary end, behind that of the one before them.
  uint16_t lengths[LEDE_RANGE_SIZE + 32];
  uint8_t ends[1 + LEDE_RANGE_SIZE + 64 + 64];
} bitmap_range;

// Returns 0 for a range that cannot be read here.
static inline int view_bitmap(const lede_ranged *list, uint32_t number, lede_lengths lengths, bitmap_range *out) {
  size_t at = range_start(list, number);
  const uint8_t *range = list->payload + at;
  if (!is_inside(list, number, at) || range[0] >> 6 != BITMAP ||
      !LEDE_NAME(view_freqs)(range, list->size - at, &out->view) ||
      (out->view.freqs_form == FREQS_PACKED && out->view.width > 16))
    return 0;
  out->bits = range + 1;
  out->column = lengths.column + ((size_t)number << 9);
  uint32_t sum = 0;
  for (int w = 0; w < 8; w++) {
    out->before[w] = sum;
    sum += (uint32_t)__builtin_popcountll(load_uint64(out->bits + 8 * w));
  }
  return 1;
}

// How many of a range's documents lie before one of them.
static inline uint32_t place_at(const bitmap_range *range, uint32_t local) {
  uint64_t word = load_uint64(range->bits + local / 64 * 8);
  return range->before[local / 64] + (uint32_t)__builtin_popcountll(_bzhi_u64(word, local % 64));
}

static inline uint32_t has_local(const bitmap_range *range, uint32_t local) {
  return range->bits[local / 8] >> (local % 8) & 1;
}

// Takes the termFreqs from number `first` up to `last`; returns 0 where they do not end, or not within bytes.
static inline int take_run_freqs(bitmap_range *range, uint32_t first, uint32_t last) {
  const range_view *view = &range->view;
  uint32_t passed = 0, found = 0, ones;
  size_t at = 0;
  uint64_t word;
  // Others are read where they are needed.
  if (view->freqs_form != FREQS_UNARY) return 1;
  for (;; at += 8, passed += ones) {
    if (at + 8 > view->freqs_size) return 0;
    word = load_uint64(view->freqs + at);
    ones = (uint32_t)__builtin_popcountll(word);
    if (passed + ones >= first) break;
  }
  // The one before the first ends in this word, or before it where there is none.
  uint64_t end = first == passed ? 0 : _pdep_u64(1ull << (first - passed - 1), word);
  range->ends[0] = (uint8_t)(end == 0 ? UINT8_MAX : __builtin_ctzll(end));
  uint64_t wanted = end == 0 ? word : word & ~(end | (end - 1));
  for (uint32_t bit = 0;; bit += 64, wanted = word) {
    // One of 256 or more would span a word.
    if (word == 0) return 0;
    __m512i ends = _mm512_add_epi8(ones64(wanted), _mm512_set1_epi8((char)bit));
    _mm512_storeu_si512(range->ends + 1 + found, ends);
    found += (uint32_t)__builtin_popcountll(wanted);
    if (found > last - first) return 1;
    at += 8;
    if (at + 8 > view->freqs_size) return 0;
    word = load_uint64(view->freqs + at);
  }
}

// Sixteen termFreqs from number `place` on, which is `taken` behind the first of those at hand.
static inline __m512i run_freqs(const bitmap_range *range, uint32_t place, uint32_t taken) {
  const range_view *view = &range->view;
  if (view->freqs_form == FREQS_UNARY) {
    __m128i before = _mm_loadu_si128((const __m128i *)(range->ends + taken));
    __m128i ends = _mm_loadu_si128((const __m128i *)(range->ends + taken + 1));
    return _mm512_cvtepu8_epi32(_mm_sub_epi8(ends, before));
  }
  const __m512i one = _mm512_set1_epi32(1);
  size_t bit = (size_t)place * view->width, at = bit / 8;
  if (view->freqs_form == FREQS_ONES || at >= view->freqs_size) return one;
  return _mm512_add_epi32(one, packed16(view->freqs + at, view->freqs_size - at, bit % 8, view->width));
}

static inline uint32_t run_freq(const bitmap_range *range, uint32_t place, uint32_t taken) {
  return (uint32_t)_mm_cvtsi128_si32(_mm512_castsi512_si128(run_freqs(range, place, taken)));
}

// Takes the lengths of the range's documents from `local` on up to `end`; returns how many there are.
static inline uint32_t take_run_lengths(bitmap_range *range, uint32_t local, uint32_t end) {
  uint32_t found = 0;
  uint64_t from = UINT64_MAX << local % 64;
  for (uint32_t at = local / 64 * 64; at < end; at += 64, from = UINT64_MAX) {
    uint64_t valid = _bzhi_u64(load_uint64(range->bits + at / 8) & from, end - at < 64 ? end - at : 64);
    __m512i row = _mm512_loadu_si512(range->column + at), more = _mm512_loadu_si512(range->column + at + 32);
    _mm512_storeu_si512(range->lengths + found, _mm512_maskz_compress_epi16((__mmask32)valid, row));
    found += (uint32_t)__builtin_popcount((uint32_t)valid);
    _mm512_storeu_si512(range->lengths + found, _mm512_maskz_compress_epi16((__mmask32)(valid >> 32), more));
    found += (uint32_t)__builtin_popcount((uint32_t)(valid >> 32));
  }
  return found;
}

// The sizes of sixteen postings from number `place` on, `taken` behind the first of those at hand, of `left`; sets
// `unsized` where a length is none that sizes are made of.
static inline __m512i run_sizes(const bitmap_range *range, uint32_t place, uint32_t taken, uint32_t left,
                                __mmask16 *unsized) {
  __mmask16 valid = lanes16(left);
  __m512i row = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(range->lengths + taken)));
  *unsized |= unsized16(row) & valid;
  return _mm512_maskz_mov_epi32(valid, sizes16(row, run_freqs(range, place, taken)));
}

// What the entries of documents from `local` on take, up to `end`, the first of them being number `place`;
// UINT32_MAX where that cannot be said here.
static inline uint32_t run_bits(bitmap_range *range, uint32_t local, uint32_t end, uint32_t place) {
  __m512i sum = _mm512_setzero_si512();
  __mmask16 unsized = 0;
  uint32_t count = take_run_lengths(range, local, end);
  for (uint32_t i = 0; i < count; i += 16)
    sum = _mm512_add_epi32(sum, run_sizes(range, place + i, i, count - i, &unsized));
  return unsized != 0 ? UINT32_MAX : (uint32_t)_mm512_reduce_add_epi32(sum);
}

// The bits that the entries before a mark take.
static inline uint64_t bits_at_mark(lede_range_positions positions, uint32_t range, uint32_t mark) {
  if (mark == 0) return 0;
  size_t number = LEDE_RANGE_MARKS * (size_t)range + mark - 1;
  return positions.mark_size == 2 ? load_uint16(positions.marks + 2 * number)
                                  : load_uint32(positions.marks + 4 * number);
}

// As locate_range; SIZE_MAX for a range that cannot be read here.
static inline size_t locate_marked(const lede_ranged *list, uint32_t number, lede_lengths lengths,
                                   lede_range_positions positions, uint64_t start, LEDE_NAME(located) *wanted) {
  bitmap_range range;
  if (!view_bitmap(list, number, lengths, &range)) return SIZE_MAX;
  size_t found = 0;
  for (size_t k = 0; k < wanted->count; k++) {
    uint32_t local = wanted->docs[k] & 511, mark = (local + LEDE_MARK_EVERY / 2) / LEDE_MARK_EVERY;
    if (mark > LEDE_RANGE_MARKS) mark = LEDE_RANGE_MARKS;
    uint32_t at = mark * LEDE_MARK_EVERY, place = place_at(&range, local);
    wanted->freqs[k] = 0;
    wanted->places[k] = place;
    if (!has_local(&range, local)) continue;
    // No branch tells whether it lies before the mark.
    uint32_t marked = place_at(&range, at), is_before = local < at;
    uint32_t first = is_before ? place : marked, last = is_before ? marked - 1 : place;
    if (!take_run_freqs(&range, first, last)) return SIZE_MAX;
    uint32_t between = run_bits(&range, is_before ? local : at, is_before ? at : local, first);
    if (between == UINT32_MAX) return SIZE_MAX;
    uint64_t from = start + bits_at_mark(positions, number, mark);
    wanted->freqs[k] = run_freq(&range, place, place - first);
    wanted->starts[k] = from + (is_before ? 0ull - between : between);
    found++;
  }
  return found;
}

// As locate_range, of a bitmap; SIZE_MAX for a range that cannot be read here.
static inline size_t locate_bitmap(const lede_ranged *list, uint32_t number, lede_lengths lengths,
                                   uint64_t start, LEDE_NAME(located) *wanted) {
  bitmap_range range;
  if (!view_bitmap(list, number, lengths, &range)) return SIZE_MAX;
  uint32_t end = wanted->docs[wanted->count - 1] & 511;
  uint32_t needed = place_at(&range, end) + has_local(&range, end);
  if (needed > 0 && !take_run_freqs(&range, 0, needed - 1)) return SIZE_MAX;
  // By sixteen, what they take by lane, and what those before do.
  __m512i sizes[1 + LEDE_RANGE_SIZE / 16], passed[1 + LEDE_RANGE_SIZE / 16], sum = _mm512_setzero_si512();
  __mmask16 unsized = 0;
  uint32_t count = take_run_lengths(&range, 0, end);
  for (uint32_t i = 0; i <= count; i += 16) {
    passed[i / 16] = sum;
    sizes[i / 16] = run_sizes(&range, i, i, count - i, &unsized);
    sum = _mm512_add_epi32(sum, sizes[i / 16]);
  }
  if (unsized != 0) return SIZE_MAX;
  size_t found = 0;
  for (size_t k = 0; k < wanted->count; k++) {
    uint32_t local = wanted->docs[k] & 511, place = place_at(&range, local), i = place / 16;
    __m512i before = _mm512_mask_add_epi32(passed[i], lanes16(place % 16), passed[i], sizes[i]);
    uint32_t is_there = has_local(&range, local);
    wanted->freqs[k] = run_freq(&range, place, place) & (0 - is_there);
    wanted->places[k] = place;
    wanted->starts[k] = start + (uint32_t)_mm512_reduce_add_epi32(before);
    found += is_there;
  }
  return found;
}
#endif
