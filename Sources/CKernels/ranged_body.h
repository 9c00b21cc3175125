// The kernels of lede_ranged.h; see levels.h.

// Returns 0 when the bytes make no sense.
static inline int LEDE_NAME(view_range)(const lede_ranged *list, uint32_t range, range_view *view) {
  size_t at = range_start(list, range), size = list->size;
  if (at >= size) return 0;
  uint32_t head = list->payload[at++], form = head >> 6, low = head & 63;
  view->base = range << 9;
  view->is_bitmap = form == BITMAP;
  if (form == BITMAP) {
    if (size - at < 64) return 0;
    view->docs = list->payload + at;
    view->count = 0;
    for (int i = 0; i < 8; i++)
      view->count += (size_t)__builtin_popcountll(load_uint64(view->docs + 8 * i));
    at += 64;
    view->freqs_form = low == BITMAP_ONES ? FREQS_ONES : low == BITMAP_UNARY ? FREQS_UNARY
                                                                             : FREQS_PACKED;
    view->width = low;
  } else {
    view->freqs_form = (int)form;
    view->width = 0;
    if (form == NIBBLES_PACKED) {
      if (at == size) return 0;
      view->width = list->payload[at++];
    }
    size_t count = low + 1, bytes = (count + 38) / 8, nibbles = (count + 1) / 2;
    if (size - at < bytes + nibbles) return 0;
    uint64_t bits = load_window(list->payload, at, size);
    uint64_t more = bytes > 8 ? load_window(list->payload, at + 8, size) : 0;
    // Bits behind the last possible are those of nibbles.
    size_t used = count + 31;
    view->high[0] = used < 64 ? bits & ((1ull << used) - 1) : bits;
    view->high[1] = used > 64 ? more & ((1ull << (used - 64)) - 1) : 0;
    view->count = count;
    view->docs = list->payload + at + bytes;
    at += bytes + nibbles;
    if ((size_t)(__builtin_popcountll(view->high[0]) + __builtin_popcountll(view->high[1])) !=
        count)
      return 0;
  }
  view->freqs = list->payload + at;
  view->freqs_size = size - at < FREQS_BYTES ? size - at : FREQS_BYTES;
  if (view->freqs_form == FREQS_PACKED &&
      (view->width == 0 || view->width > 32 ||
       (view->count * view->width + 7) / 8 > view->freqs_size))
    return 0;
  return view->count > 0;
}

static size_t LEDE_NAME(lede_ranged_count)(const lede_ranged *list, uint32_t range) {
  if (list->codes[range] == 0) return 0;
  range_view view;
  return LEDE_NAME(view_range)(list, range, &view) ? view.count : LEDE_DAMAGED;
}

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
  // Behind the nibbles lie the counts, `freqs_size` bytes of which may be read.
  size_t left = (size_t)(view->freqs + view->freqs_size - view->docs);
  size_t found = LEDE_NAME(ones_of)(view->high[0], 0, docs);
  if (view->high[1] != 0) LEDE_NAME(ones_of)(view->high[1], 64, docs + found);
  // A damaged bucket could lie behind the range: only its nine bits count.
#if defined(LEDE_IS_AVX512)
  __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (size_t i = 0; i < count; i += 16) {
    uint64_t packed = load_window(view->docs, i / 2, left);
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
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
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
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
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

// Sets the bits of documents given by their numbers in a range, none of which is set yet.
static inline void LEDE_NAME(set_bits)(const uint32_t *docs, size_t count, uint32_t base,
                                       uint64_t *bits) {
#if defined(LEDE_IS_AVX512)
  // Lane by lane of 32 documents: shifts by anything else give 0. No word waits for the one before.
  __m512i firsts = _mm512_add_epi32(
      _mm512_set1_epi32((int)base),
      _mm512_setr_epi32(0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 480));
  __m512i one = _mm512_set1_epi32(1), set = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i++) {
    __m512i doc = _mm512_set1_epi32((int)docs[i]);
    set = _mm512_or_si512(set, _mm512_sllv_epi32(one, _mm512_sub_epi32(doc, firsts)));
  }
  _mm512_storeu_si512(bits, set);
#elif defined(LEDE_IS_AVX2)
  __m256i low = _mm256_add_epi32(_mm256_set1_epi32((int)base),
                                 _mm256_setr_epi32(0, 32, 64, 96, 128, 160, 192, 224));
  __m256i high = _mm256_add_epi32(low, _mm256_set1_epi32(256));
  __m256i one = _mm256_set1_epi32(1);
  __m256i first = _mm256_setzero_si256(), second = _mm256_setzero_si256();
  for (size_t i = 0; i < count; i++) {
    __m256i doc = _mm256_set1_epi32((int)docs[i]);
    first = _mm256_or_si256(first, _mm256_sllv_epi32(one, _mm256_sub_epi32(doc, low)));
    second = _mm256_or_si256(second, _mm256_sllv_epi32(one, _mm256_sub_epi32(doc, high)));
  }
  _mm256_storeu_si256((__m256i *)bits, first);
  _mm256_storeu_si256((__m256i *)(bits + 4), second);
#else
  memset(bits, 0, 64);
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] - base;
    bits[local >> 6] |= 1ull << (local & 63);
  }
#endif
}

// Of the last range only the documents that there are.
static inline void LEDE_NAME(cut_bits)(const lede_ranged *list, uint32_t base, uint64_t *bits) {
  uint32_t left = list->doc_count - base;
  for (uint32_t w = left / 64; left < LEDE_RANGE_SIZE && w < 8; w++)
    bits[w] &= w > left / 64 ? 0 : (1ull << (left % 64)) - 1;
}

static inline size_t LEDE_NAME(take_bits)(const lede_ranged *list, uint32_t range,
                                          uint64_t *bits) {
  uint32_t base = range << 9;
  size_t start = range_start(list, range), size = list->size;
  if (start < size && size - start > 64 && list->payload[start] >> 6 == BITMAP) {
    for (int w = 0; w < 8; w++) bits[w] = load_uint64(list->payload + start + 1 + 8 * w);
    LEDE_NAME(cut_bits)(list, base, bits);
    return 0;
  }
  range_view view;
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  uint32_t docs[LEDE_RANGE_SIZE + 16];
  LEDE_NAME(take_docs)(&view, docs);
  if (!ends_inside(list, docs, view.count)) return LEDE_DAMAGED;
  LEDE_NAME(set_bits)(docs, view.count, base, bits);
  return 0;
}

static size_t LEDE_NAME(lede_ranged_bits)(const lede_ranged *list, uint32_t range, uint64_t *bits) {
  if (list->codes[range] != 0) return LEDE_NAME(take_bits)(list, range, bits);
  memset(bits, 0, 64);
  return 0;
}

// MARK: Finding

#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
// The place of set bit number `rank` of a word that has more than that.
static inline uint32_t LEDE_NAME(select_one)(uint64_t word, uint32_t rank) {
  return (uint32_t)__builtin_ctzll(_pdep_u64(1ull << rank, word));
}

// Where the documents of a bucket stand among those of a range, in nibbles.
typedef struct {
  uint32_t first, count;
} LEDE_NAME(bucket_run);

// Of the upper parts of documents: ones, with a zero behind each bucket but the last. Damaged ones may
// give any places below 128.
static inline LEDE_NAME(bucket_run) LEDE_NAME(run_of)(uint64_t high0, uint64_t high1,
                                                      uint32_t bucket) {
  // A zero before the first bucket makes all of them alike: a bucket follows zero number `bucket`.
  uint64_t clear = ~(high0 << 1), run;
  uint32_t zeros = (uint32_t)__builtin_popcountll(clear), bit;
  if (bucket < zeros) {
    bit = LEDE_NAME(select_one)(clear, bucket);
    run = high0 >> bit | (high1 << 1) << (63 - bit);
  } else {
    clear = ~(high1 << 1 | high0 >> 63);
    uint64_t one = _pdep_u64(1ull << (bucket - zeros), clear);
    bit = one == 0 ? 63 : (uint32_t)__builtin_ctzll(one);
    run = high1 >> bit;
    bit += 64;
  }
  return (LEDE_NAME(bucket_run)){bit - bucket, run == UINT64_MAX ? 64 : (uint32_t)__builtin_ctzll(~run)};
}

// Which of up to 16 nibbles equal `low`: bit 4 i of the result for nibble i.
static inline uint64_t LEDE_NAME(equal_nibbles)(uint64_t nibbles, uint32_t low, uint32_t count) {
  const uint64_t ones = 0x1111111111111111ull;
  uint64_t different = nibbles ^ low * ones;
  different |= different >> 1;
  different |= different >> 2;
  uint64_t wanted = count < 16 ? (1ull << (4 * count)) - 1 : UINT64_MAX;
  return ~different & ones & wanted;
}

// termFreq number i in unary; 0 when it is not there.
static inline uint32_t LEDE_NAME(unary_freq)(const range_view *view, uint32_t i) {
  // `last` is where the termFreq before ended, counted from the word at hand: 0 or below.
  int64_t last = 0;
  uint32_t before = 0;
  for (size_t at = 0; at < view->freqs_size; at += 8) {
    uint64_t word = load_window(view->freqs, at, view->freqs_size);
    uint32_t ones = (uint32_t)__builtin_popcountll(word);
    if (before + ones > i) {
      uint64_t bit = _pdep_u64(1ull << (i - before), word), below = word & (bit - 1);
      int64_t end = (int64_t)__builtin_ctzll(bit) + 1;
      return (uint32_t)(end - (below != 0 ? 64 - (int64_t)_lzcnt_u64(below) : last));
    }
    last = word != 0 ? -(int64_t)_lzcnt_u64(word) : last - 64;
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

// Bytes from the start of a range that a look at one document may read, with some to spare.
#define LOOK_BYTES 72

// A range in nibbles, taken apart for a look at one document; see range_view. At least LOOK_BYTES lie
// before the payload's end.
typedef struct {
  uint32_t count, first, run;
  uint64_t equal;  // bit 4 i where nibble first + i is the document's
  const uint8_t *nibbles;
} LEDE_NAME(nibble_look);

// Has no branch that depends on the document. Of what is damaged it says anything.
static inline LEDE_NAME(nibble_look) LEDE_NAME(look_nibbles)(const uint8_t *range, uint32_t local) {
  uint32_t head = range[0], count = (head & 63) + 1, used = count + 31;
  const uint8_t *high = range + 1 + (head >> 6 == NIBBLES_PACKED);
  const uint8_t *nibbles = high + (used + 7) / 8;
  uint64_t high0 = load_uint64(high), high1 = 0;
  if (used > 64) {
    high1 = _bzhi_u64(load_uint64(high + 8), used - 64);
  } else {
    high0 = _bzhi_u64(high0, used);
  }
  LEDE_NAME(bucket_run) run = LEDE_NAME(run_of)(high0, high1, local >> 4);
  // Of damage: nothing behind the 64 nibbles that there are at most.
  uint32_t first = run.first & 63;
  uint64_t window = load_uint64(nibbles + first / 2) >> (4 * (first & 1));
  uint64_t equal = LEDE_NAME(equal_nibbles)(window, local & 15, run.count);
  // A bucket with all of its documents may end behind the window.
  if (run.count >= 16) equal = 1ull << (4 * (local & 15));
  return (LEDE_NAME(nibble_look)){count, first, run.count, equal, nibbles};
}

// Whether a range has a document.
static inline uint32_t LEDE_NAME(look)(const uint8_t *range, uint32_t doc) {
  uint32_t local = doc & 511;
  if (range[0] >> 6 == BITMAP) return range[1 + local / 8] >> (local % 8) & 1;
  return LEDE_NAME(look_nibbles)(range, local).equal != 0;
}

// The termFreq of a document in a range of `size` bytes at most, 0 where it is absent; else its place
// too.
static inline uint32_t LEDE_NAME(look_freq)(const uint8_t *range, size_t size, uint32_t doc,
                                            uint32_t *found) {
  uint32_t local = doc & 511, head = range[0], place;
  range_view view;
  view.width = head & 63;
  if (head >> 6 == BITMAP) {
    if ((range[1 + local / 8] >> (local % 8) & 1) == 0) return 0;
    place = 0;
    for (uint32_t w = 0; w < 8; w++) {
      uint64_t word = load_uint64(range + 1 + 8 * w), below = (1ull << (local % 64)) - 1;
      below = w < local / 64 ? UINT64_MAX : w == local / 64 ? below : 0;
      place += (uint32_t)__builtin_popcountll(word & below);
    }
    view.freqs_form = view.width == BITMAP_ONES    ? FREQS_ONES
                      : view.width == BITMAP_UNARY ? FREQS_UNARY
                                                   : FREQS_PACKED;
    view.freqs = range + 65;
  } else {
    LEDE_NAME(nibble_look) at = LEDE_NAME(look_nibbles)(range, local);
    if (at.equal == 0) return 0;
    place = at.first + (uint32_t)__builtin_ctzll(at.equal) / 4;
    view.freqs_form = (int)(head >> 6);
    view.width = range[1];
    view.freqs = at.nibbles + (at.count + 1) / 2;
  }
  size_t left = size - (size_t)(view.freqs - range);
  view.freqs_size = left < FREQS_BYTES ? left : FREQS_BYTES;
  if (view.freqs_form == FREQS_PACKED && (view.width == 0 || view.width > 32)) return 0;
  *found = place;
  return LEDE_NAME(freq_at)(&view, place);
}

// Documents of a range that are looked up one by one rather than all of the range decoded.
static inline size_t LEDE_NAME(few_of)(const uint8_t *range) {
  uint32_t count = range[0] >> 6 == BITMAP ? 2 * MOST_NIBBLES : (range[0] & 63) + 1;
  return count / 4 + 2;
}
#endif

static size_t LEDE_NAME(lede_ranged_find)(const lede_ranged *list, uint32_t range,
                                          const uint32_t *docs, size_t count, uint32_t *freqs,
                                          uint32_t *places) {
  if (list->codes[range] == 0) {
    memset(freqs, 0, 4 * count);
    return 0;
  }
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
  size_t start = range_start(list, range), size = list->size, few = 0;
  const uint8_t *bytes = list->payload + start;
  if (start + LOOK_BYTES <= size && count <= LEDE_NAME(few_of)(bytes)) {
    for (size_t i = 0; i < count; i++) {
      freqs[i] = LEDE_NAME(look_freq)(bytes, size - start, docs[i], &places[i]);
      few += freqs[i] > 0;
    }
    return few;
  }
#endif
  range_view view;
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
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

// Whether a list has a document: 0 or 1, or anything else for damage.
static size_t LEDE_NAME(has_doc)(const lede_ranged *list, uint32_t doc) {
  uint32_t freq, place;
  return LEDE_NAME(lede_ranged_find)(list, doc >> 9, &doc, 1, &freq, &place);
}

// Whether a list has each of up to 64 documents, as bits; sets `damaged` where that cannot be said.
static inline uint64_t LEDE_NAME(look_all)(const lede_ranged *list, const uint32_t *docs,
                                           size_t count, int *damaged) {
  uint64_t has = 0;
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
  // Ranges lie apart: all are on their way from memory before the first is looked at.
  size_t starts[64];
  for (size_t i = 0; i < count; i++) {
    starts[i] = range_start(list, docs[i] >> 9);
    __builtin_prefetch(list->payload + starts[i]);
  }
  for (size_t i = 0; i < count; i++) {
    uint64_t is_there = list->codes[docs[i] >> 9] != 0;
    if (__builtin_expect(starts[i] + LOOK_BYTES <= list->size, 1)) {
      has |= (is_there & LEDE_NAME(look)(list->payload + starts[i], docs[i])) << i;
      continue;
    }
    size_t found = LEDE_NAME(has_doc)(list, docs[i]);
    *damaged |= found > 1;
    has |= (uint64_t)(found & 1) << i;
  }
#else
  for (size_t i = 0; i < count; i++) {
    size_t found = LEDE_NAME(has_doc)(list, docs[i]);
    *damaged |= found > 1;
    has |= (uint64_t)(found & 1) << i;
  }
#endif
  return has;
}

static size_t LEDE_NAME(lede_ranged_filter)(const lede_ranged *list, uint32_t *docs, size_t count,
                                            uint32_t wanted) {
  size_t kept = 0;
  int damaged = 0;
  for (size_t start = 0; start < count; start += 64) {
    size_t end = start + 64 < count ? start + 64 : count;
    uint64_t has = LEDE_NAME(look_all)(list, docs + start, end - start, &damaged);
    if (damaged) return LEDE_DAMAGED;
    for (size_t i = start; i < end; i++, has >>= 1) {
      docs[kept] = docs[i];
      kept += (has & 1) == wanted;
    }
  }
  return kept;
}

static size_t LEDE_NAME(lede_ranged_filter_chosen)(const lede_ranged *list, const uint32_t *docs,
                                                   uint32_t *chosen, size_t count) {
  size_t kept = 0;
  int damaged = 0;
  uint32_t some[64];
  for (size_t start = 0; start < count; start += 64) {
    size_t end = start + 64 < count ? start + 64 : count;
    for (size_t i = start; i < end; i++) some[i - start] = docs[chosen[i]];
    uint64_t has = LEDE_NAME(look_all)(list, some, end - start, &damaged);
    if (damaged) return LEDE_DAMAGED;
    for (size_t i = start; i < end; i++, has >>= 1) {
      chosen[kept] = chosen[i];
      kept += has & 1;
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
