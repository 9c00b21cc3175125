// The kernels of lede_ranged.h; see levels.h.

// Writes the places of the set bits of a word, plus `first`, to `out`, which has room for 16 past the
// last; returns how many.
static inline size_t LEDE_NAME(ones_of)(uint64_t word, uint32_t first, uint32_t *out) {
  size_t found = 0;
#if defined(LEDE_IS_AVX512)
  __m512i places = _mm512_add_epi32(
      _mm512_set1_epi32((int)first),
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  for (int part = 0; part < 4; part++, word >>= 16) {
    __mmask16 mask = (__mmask16)word;
    // Behind what was found anything may be overwritten: the stores need no mask.
    _mm512_storeu_si512(out + found, _mm512_maskz_compress_epi32(mask, places));
    found += (size_t)__builtin_popcount(mask);
    places = _mm512_add_epi32(places, _mm512_set1_epi32(16));
  }
#else
  for (; word != 0; word &= word - 1) out[found++] = first + (uint32_t)__builtin_ctzll(word);
#endif
  return found;
}

// The documents of a range; `docs` has room for 16 past the last.
static inline void LEDE_NAME(take_docs)(const range_view *view, uint32_t *docs) {
  if (view->is_bitmap) {
    size_t found = 0;
    for (uint32_t w = 0; w < 8; w++)
      found += LEDE_NAME(ones_of)(load_uint64(view->docs + 8 * w), view->base + 64 * w, docs + found);
    return;
  }
  size_t count = view->count;
  size_t found = LEDE_NAME(ones_of)(view->high[0], 0, docs);
  if (view->high[1] != 0) LEDE_NAME(ones_of)(view->high[1], 64, docs + found);
  // A damaged bucket could lie behind the range: only its nine bits count.
#if defined(LEDE_IS_AVX512)
  __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (size_t i = 0; i < count; i += 16) {
    uint64_t packed = 0;
    size_t left = (count - i + 1) / 2;
    memcpy(&packed, view->docs + i / 2, left < 8 ? left : 8);
    __m128i bytes = _mm_cvtsi64_si128((long long)packed), mask = _mm_set1_epi8(15);
    __m128i nibbles = _mm_unpacklo_epi8(_mm_and_si128(bytes, mask),
                                        _mm_and_si128(_mm_srli_epi16(bytes, 4), mask));
    __m512i buckets = _mm512_sub_epi32(_mm512_loadu_si512(docs + i), steps);
    __m512i local = _mm512_or_si512(_mm512_slli_epi32(buckets, 4), _mm512_cvtepu8_epi32(nibbles));
    local = _mm512_and_si512(local, _mm512_set1_epi32(511));
    _mm512_storeu_si512(docs + i, _mm512_add_epi32(local, _mm512_set1_epi32((int)view->base)));
    steps = _mm512_add_epi32(steps, _mm512_set1_epi32(16));
  }
#else
  for (size_t i = 0; i < count; i++) {
    uint32_t bucket = docs[i] - (uint32_t)i;
    docs[i] = view->base + ((bucket << 4 | low_nibble(view->docs, i)) & 511);
  }
#endif
}

// The termFreqs of a range; returns 0 when there are too few. `freqs` has room for 16 past the last.
static inline int LEDE_NAME(take_freqs)(const range_view *view, uint32_t *freqs) {
  size_t count = view->count;
  if (view->freqs_form == FREQS_ONES) {
    for (size_t i = 0; i < count; i++) freqs[i] = 1;
    return 1;
  }
  if (view->freqs_form == FREQS_PACKED) {
    for (size_t i = 0; i < count; i++) freqs[i] = packed_freq(view, i) + 1;
    return 1;
  }
  // A word may bring 64 numbers at once.
  uint32_t ends[1 + LEDE_RANGE_SIZE + 64 + 16];
  ends[0] = UINT32_MAX;
  size_t found = 0;
  for (size_t at = 0; found < count; at += 8) {
    if (at >= view->freqs_size) return 0;
    found += LEDE_NAME(ones_of)(load_window(view->freqs, at, view->freqs_size), (uint32_t)(8 * at),
                                ends + 1 + found);
  }
  for (size_t i = 0; i < count; i++) freqs[i] = ends[i + 1] - ends[i];
  return 1;
}

static size_t LEDE_NAME(lede_ranged_docs)(const lede_ranged *list, uint32_t range, uint32_t *docs) {
  if (list->codes[range] == 0) return 0;
  range_view view;
  uint32_t room[LEDE_RANGE_SIZE + 16];
  if (!view_range(list, range, &view)) return LEDE_DAMAGED;
  LEDE_NAME(take_docs)(&view, room);
  if (!ends_inside(list, room, view.count) || !ascends(room, view.count)) return LEDE_DAMAGED;
  memcpy(docs, room, 4 * view.count);
  return view.count;
}

// Documents and termFreqs, both with room for 16 past the last.
static inline size_t LEDE_NAME(take_postings)(const lede_ranged *list, uint32_t range,
                                              uint32_t *docs, uint32_t *freqs) {
  if (list->codes[range] == 0) return 0;
  range_view view;
  if (!view_range(list, range, &view)) return LEDE_DAMAGED;
  LEDE_NAME(take_docs)(&view, docs);
  if (!ends_inside(list, docs, view.count) || !LEDE_NAME(take_freqs)(&view, freqs))
    return LEDE_DAMAGED;
  return view.count;
}

static size_t LEDE_NAME(lede_ranged_postings)(const lede_ranged *list, uint32_t range,
                                              uint32_t *docs, uint32_t *freqs) {
  uint32_t doc_room[LEDE_RANGE_SIZE + 16], freq_room[LEDE_RANGE_SIZE + 16];
  size_t count = LEDE_NAME(take_postings)(list, range, doc_room, freq_room);
  if (count == LEDE_DAMAGED || !ascends(doc_room, count)) return LEDE_DAMAGED;
  memcpy(docs, doc_room, 4 * count);
  memcpy(freqs, freq_room, 4 * count);
  return count;
}

// Scores of a range's postings.
static inline void LEDE_NAME(score_postings)(lede_bm25 model, lede_lengths lengths,
                                             const uint32_t *docs, const uint32_t *freqs,
                                             size_t count, float *scores) {
  if (lede_bm25_score_block(model, lengths.column, docs, freqs, count, scores) == 0) return;
  for (size_t i = 0; i < count; i++)
    scores[i] = lede_bm25_score(model, freqs[i], lede_document_length(lengths, docs[i]));
}

static size_t LEDE_NAME(lede_ranged_scores)(const lede_ranged *list, uint32_t range,
                                            lede_bm25 model, lede_lengths lengths, uint32_t *docs,
                                            float *scores) {
  uint32_t room[LEDE_RANGE_SIZE + 16], freqs[LEDE_RANGE_SIZE + 16];
  float scored[LEDE_RANGE_SIZE + 16];
  size_t count = LEDE_NAME(take_postings)(list, range, room, freqs);
  if (count == LEDE_DAMAGED) return count;
  LEDE_NAME(score_postings)(model, lengths, room, freqs, count, scored);
  memcpy(docs, room, 4 * count);
  memcpy(scores, scored, 4 * count);
  return count;
}

static size_t LEDE_NAME(lede_ranged_accumulate)(const lede_ranged *list, uint32_t range,
                                                lede_bm25 model, lede_lengths lengths, float factor,
                                                float *sums) {
  uint32_t docs[LEDE_RANGE_SIZE + 16], freqs[LEDE_RANGE_SIZE + 16];
  float scores[LEDE_RANGE_SIZE + 16];
  size_t count = LEDE_NAME(take_postings)(list, range, docs, freqs);
  if (count == LEDE_DAMAGED) return count;
  LEDE_NAME(score_postings)(model, lengths, docs, freqs, count, scores);
  uint32_t base = range << 9;
  for (size_t i = 0; i < count; i++) sums[docs[i] - base] += factor * scores[i];
  return count;
}

static size_t LEDE_NAME(lede_ranged_bits)(const lede_ranged *list, uint32_t range, uint64_t *bits) {
  memset(bits, 0, 64);
  if (list->codes[range] == 0) return 0;
  range_view view;
  if (!view_range(list, range, &view)) return LEDE_DAMAGED;
  if (view.is_bitmap) {
    for (int w = 0; w < 8; w++) bits[w] = load_uint64(view.docs + 8 * w);
    // Of the last range only the documents that there are.
    uint32_t left = list->doc_count - view.base;
    for (uint32_t w = left / 64; left < LEDE_RANGE_SIZE && w < 8; w++)
      bits[w] &= w > left / 64 ? 0 : (1ull << (left % 64)) - 1;
    return 0;
  }
  uint32_t docs[LEDE_RANGE_SIZE + 16];
  LEDE_NAME(take_docs)(&view, docs);
  if (!ends_inside(list, docs, view.count)) return LEDE_DAMAGED;
  for (size_t i = 0; i < view.count; i++) {
    uint32_t local = docs[i] & 511;
    bits[local >> 6] |= 1ull << (local & 63);
  }
  return 0;
}

// MARK: Finding

#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
// The place of set bit number `rank` of a word that has more than that.
static inline uint32_t LEDE_NAME(select_one)(uint64_t word, uint32_t rank) {
  return (uint32_t)__builtin_ctzll(_pdep_u64(1ull << rank, word));
}

// The place of a document among a range's postings in nibbles, or -1.
static inline int32_t LEDE_NAME(place_of)(const range_view *view, uint32_t local) {
  uint32_t bucket = local >> 4, low = local & 15, bit = 0;
  if (bucket > 0) {
    // Behind the bucket-th clear bit.
    uint64_t clear = ~view->high[0];
    uint32_t zeros = (uint32_t)__builtin_popcountll(clear);
    bit = bucket <= zeros ? LEDE_NAME(select_one)(clear, bucket - 1) + 1
                          : 65 + LEDE_NAME(select_one)(~view->high[1], bucket - 1 - zeros);
  }
  for (uint32_t i = bit - bucket; i < view->count && bit < 128; i++, bit++) {
    if ((view->high[bit >> 6] >> (bit & 63) & 1) == 0) return -1;
    uint32_t nibble = low_nibble(view->docs, i);
    if (nibble >= low) return nibble == low ? (int32_t)i : -1;
  }
  return -1;
}

// termFreq number i in unary; 0 when it is not there.
static inline uint32_t LEDE_NAME(unary_freq)(const range_view *view, uint32_t i) {
  uint32_t before = 0, last = 0;
  for (size_t at = 0; at < view->freqs_size; at += 8) {
    uint64_t word = load_window(view->freqs, at, view->freqs_size);
    uint32_t ones = (uint32_t)__builtin_popcountll(word);
    if (before + ones > i) {
      uint64_t bit = _pdep_u64(1ull << (i - before), word), below = word & (bit - 1);
      uint32_t end = (uint32_t)(8 * at) + (uint32_t)__builtin_ctzll(bit) + 1;
      if (below != 0) last = (uint32_t)(8 * at) + 64 - (uint32_t)__builtin_clzll(below);
      return end - last;
    }
    if (word != 0) last = (uint32_t)(8 * at) + 64 - (uint32_t)__builtin_clzll(word);
    before += ones;
  }
  return 0;
}

static inline uint32_t LEDE_NAME(freq_at)(const range_view *view, uint32_t i) {
  switch (view->freqs_form) {
    case FREQS_ONES: return 1;
    case FREQS_UNARY: return LEDE_NAME(unary_freq)(view, i);
    default: return packed_freq(view, i) + 1;
  }
}

// Few documents are found one by one, where they are.
static inline size_t LEDE_NAME(find_few)(const range_view *view, const uint32_t *docs, size_t count,
                                         uint32_t *freqs, uint32_t *places) {
  uint32_t before[8];
  if (view->is_bitmap) {
    before[0] = 0;
    for (int w = 0; w < 7; w++)
      before[w + 1] = before[w] + (uint32_t)__builtin_popcountll(load_uint64(view->docs + 8 * w));
  }
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] & 511;
    int32_t place;
    if (view->is_bitmap) {
      uint64_t word = load_uint64(view->docs + 8 * (local >> 6)), bit = 1ull << (local & 63);
      place = (word & bit) == 0 ? -1
                                : (int32_t)(before[local >> 6] +
                                            (uint32_t)__builtin_popcountll(word & (bit - 1)));
    } else {
      place = LEDE_NAME(place_of)(view, local);
    }
    freqs[i] = 0;
    if (place < 0) continue;
    freqs[i] = LEDE_NAME(freq_at)(view, (uint32_t)place);
    if (freqs[i] == 0) return LEDE_DAMAGED;
    places[i] = (uint32_t)place;
    found++;
  }
  return found;
}
#endif

static size_t LEDE_NAME(lede_ranged_find)(const lede_ranged *list, uint32_t range,
                                          const uint32_t *docs, size_t count, uint32_t *freqs,
                                          uint32_t *places) {
  if (list->codes[range] == 0) {
    memset(freqs, 0, 4 * count);
    return 0;
  }
  range_view view;
  if (!view_range(list, range, &view)) return LEDE_DAMAGED;
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
  if (4 * count <= view.count + 8) return LEDE_NAME(find_few)(&view, docs, count, freqs, places);
#endif
  uint32_t own[LEDE_RANGE_SIZE + 16], own_freqs[LEDE_RANGE_SIZE + 16];
  LEDE_NAME(take_docs)(&view, own);
  if (!ends_inside(list, own, view.count) || !LEDE_NAME(take_freqs)(&view, own_freqs))
    return LEDE_DAMAGED;
  size_t at = 0, found = 0;
  for (size_t i = 0; i < count; i++) {
    while (at < view.count && own[at] < docs[i]) at++;
    int is_there = at < view.count && own[at] == docs[i];
    freqs[i] = is_there ? own_freqs[at] : 0;
    places[i] = (uint32_t)at;
    found += (size_t)is_there;
  }
  return found;
}

static size_t LEDE_NAME(lede_ranged_starts)(const lede_ranged *list, uint32_t range,
                                            lede_lengths lengths, uint64_t start,
                                            const uint32_t *places, size_t count, uint64_t *out) {
  uint32_t docs[LEDE_RANGE_SIZE + 16], freqs[LEDE_RANGE_SIZE + 16];
  size_t postings = LEDE_NAME(take_postings)(list, range, docs, freqs);
  if (postings == LEDE_DAMAGED || (count > 0 && places[count - 1] >= postings)) return LEDE_DAMAGED;
  lede_position_starts(lengths, docs, freqs, 0, start, places, count, out);
  return 0;
}

static size_t LEDE_NAME(lede_ranged_probe)(const lede_ranged *list, lede_bm25 model,
                                           lede_lengths lengths, const uint32_t *docs, size_t count,
                                           float *scores, uint32_t *freqs) {
  uint32_t places[LEDE_RANGE_SIZE];
  // Ranges lie apart: all are on their way from memory before the first is looked at.
  for (size_t i = 0; i < count; i++) prefetch_range(list, docs[i] >> 9);
  for (size_t start = 0; start < count;) {
    uint32_t range = docs[start] >> 9;
    size_t end = start + 1;
    while (end < count && docs[end] >> 9 == range) end++;
    size_t found =
        LEDE_NAME(lede_ranged_find)(list, range, docs + start, end - start, freqs + start, places);
    if (found == LEDE_DAMAGED) return LEDE_DAMAGED;
    start = end;
  }
  for (size_t i = 0; i < count; i++) {
    uint32_t dl = lengths.column[docs[i]];
    if (__builtin_expect(dl == 65535, 0)) dl = lede_document_length(lengths, docs[i]);
    float tf = (float)(int32_t)freqs[i], k = model.a + model.c * (float)(int32_t)dl;
    // 0 / (0 + k): k is above 0 unless k1 is.
    scores[i] = freqs[i] == 0 ? 0 : model.w * (tf / (tf + k));
  }
  return 0;
}

// What tells of any document of one range whether a list has it.
typedef struct {
  range_view view;
  int is_there, is_bitmap;
  uint64_t bits[8];
} LEDE_NAME(range_test);

// Prepares a test of `count` documents; returns 0 for damage.
static inline int LEDE_NAME(prepare_test)(const lede_ranged *list, uint32_t range, size_t count,
                                          LEDE_NAME(range_test) *test) {
  test->is_there = list->codes[range] != 0;
  if (!test->is_there) return 1;
  if (!view_range(list, range, &test->view)) return 0;
  test->is_bitmap = 1;
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
  // Few documents are looked up one by one in nibbles.
  test->is_bitmap = test->view.is_bitmap || 4 * count > test->view.count;
#endif
  return !test->is_bitmap || LEDE_NAME(lede_ranged_bits)(list, range, test->bits) == 0;
}

static inline uint32_t LEDE_NAME(test_doc)(const LEDE_NAME(range_test) *test, uint32_t doc) {
  uint32_t local = doc & 511;
  if (!test->is_there) return 0;
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
  if (!test->is_bitmap) return LEDE_NAME(place_of)(&test->view, local) >= 0;
#endif
  return (uint32_t)(test->bits[local >> 6] >> (local & 63)) & 1;
}

static size_t LEDE_NAME(lede_ranged_filter)(const lede_ranged *list, uint32_t *docs, size_t count,
                                            uint32_t wanted) {
  size_t kept = 0;
  LEDE_NAME(range_test) test;
  for (size_t start = 0; start < count;) {
    uint32_t range = docs[start] >> 9;
    size_t end = start + 1;
    while (end < count && docs[end] >> 9 == range) end++;
    if (!LEDE_NAME(prepare_test)(list, range, end - start, &test)) return LEDE_DAMAGED;
    for (; start < end; start++) {
      uint32_t doc = docs[start];
      docs[kept] = doc;
      kept += LEDE_NAME(test_doc)(&test, doc) == wanted;
    }
  }
  return kept;
}

static size_t LEDE_NAME(lede_ranged_filter_chosen)(const lede_ranged *list, const uint32_t *docs,
                                                   uint32_t *chosen, size_t count) {
  const size_t ahead = 24;
  size_t kept = 0;
  LEDE_NAME(range_test) test;
  for (size_t i = 0; i < count && i < ahead; i++) prefetch_range(list, docs[chosen[i]] >> 9);
  for (size_t start = 0; start < count;) {
    uint32_t range = docs[chosen[start]] >> 9;
    size_t end = start + 1;
    if (start + ahead < count) prefetch_range(list, docs[chosen[start + ahead]] >> 9);
    while (end < count && docs[chosen[end]] >> 9 == range) end++;
    if (!LEDE_NAME(prepare_test)(list, range, end - start, &test)) return LEDE_DAMAGED;
    for (; start < end; start++) {
      uint32_t place = chosen[start];
      chosen[kept] = place;
      kept += LEDE_NAME(test_doc)(&test, docs[place]);
    }
  }
  return kept;
}

static size_t LEDE_NAME(lede_ranged_window)(const lede_ranged *list, uint32_t range,
                                            uint32_t range_count, int what, uint64_t *words) {
  uint64_t bits[8];
  for (uint32_t i = 0; i < range_count; i++, words += 8) {
    uint64_t *out = what == LEDE_FILL ? words : bits;
    if (what != LEDE_FILL && list->codes[range + i] == 0) continue;
    if (LEDE_NAME(lede_ranged_bits)(list, range + i, out) == LEDE_DAMAGED) return LEDE_DAMAGED;
    for (int w = 0; what == LEDE_MARK && w < 8; w++) words[w] |= bits[w];
    for (int w = 0; what == LEDE_CLEAR && w < 8; w++) words[w] &= ~bits[w];
  }
  return 0;
}

static size_t LEDE_NAME(lede_ranged_and)(const lede_ranged *list, uint32_t range, uint64_t *bits) {
  uint64_t own[8], any = 0;
  if (LEDE_NAME(lede_ranged_bits)(list, range, own) == LEDE_DAMAGED) return LEDE_DAMAGED;
  for (int w = 0; w < 8; w++) any |= bits[w] &= own[w];
  return any != 0;
}

static size_t LEDE_NAME(lede_range_docs)(const uint64_t *bits, uint32_t range, uint32_t *docs) {
  size_t found = 0;
  for (uint32_t w = 0; w < 8; w++) {
    for (uint64_t word = bits[w]; word != 0; word &= word - 1)
      docs[found++] = (range << 9) + 64 * w + (uint32_t)__builtin_ctzll(word);
  }
  return found;
}
