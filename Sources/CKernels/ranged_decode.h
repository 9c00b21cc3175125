// Taking ranges apart, for the kernels of lede_ranged.h; once for each level, see levels.h.

// Where those of ascending documents end that lie in the same range as number i.
static inline size_t LEDE_NAME(same_range)(const uint32_t *docs, size_t count, size_t i) {
  uint32_t range = docs[i] >> 9;
  size_t end = i + 1;
#if defined(LEDE_IS_AVX512)
  // How many there are misleads no branch, up to sixteen.
  for (; end < count; end += 16) {
    __m512i row = _mm512_maskz_loadu_epi32(lanes16(count - end), docs + end);
    __mmask16 same = _mm512_mask_cmpeq_epi32_mask(lanes16(count - end), _mm512_srli_epi32(row, 9),
                                                  _mm512_set1_epi32((int)range));
    if (same != UINT16_MAX) return end + (size_t)__builtin_popcount(same);
  }
#else
  while (end < count && docs[end] >> 9 == range) end++;
#endif
  return end;
}

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

// Where the upper parts of a range's nibbles have their ones; `ones` has room for 16 past the last.
static inline void LEDE_NAME(take_ones)(const range_view *view, uint32_t *ones) {
  size_t found = LEDE_NAME(ones_of)(view->high[0], 0, ones, 16);
  if (view->high[1] != 0) LEDE_NAME(ones_of)(view->high[1], 64, ones + found, 16);
}

#if defined(LEDE_IS_AVX512)
// Sixteen documents, from number i on, by their places in the range, given the ones of their upper parts. A
// damaged bucket could lie behind the range: only its nine bits count.
static inline __m512i locals16(const range_view *view, const uint32_t *ones, size_t i) {
  // Behind the nibbles lie the counts, `freqs_size` bytes of which may be read.
  size_t left = (size_t)(view->freqs + view->freqs_size - view->docs);
  __m512i numbers = _mm512_add_epi32(_mm512_set1_epi32((int)i), numbers16());
  __m128i bytes = _mm_cvtsi64_si128((long long)load_window(view->docs, i / 2, left));
  __m128i low = _mm_set1_epi8(15);
  __m128i nibbles = _mm_unpacklo_epi8(_mm_and_si128(bytes, low),
                                      _mm_and_si128(_mm_srli_epi16(bytes, 4), low));
  __m512i buckets = _mm512_sub_epi32(_mm512_loadu_si512(ones + i), numbers);
  __m512i local = _mm512_or_si512(_mm512_slli_epi32(buckets, 4), _mm512_cvtepu8_epi32(nibbles));
  return _mm512_and_si512(local, _mm512_set1_epi32(511));
}
#endif

// The documents of a range; `docs` has room for 16 past the last.
static inline void LEDE_NAME(take_docs)(const range_view *view, uint32_t *docs) {
  if (view->is_bitmap) {
    size_t found = 0;
    for (uint32_t w = 0; w < 8; w++)
      found += LEDE_NAME(ones_of)(load_uint64(view->docs + 8 * w), view->base + 64 * w, docs + found,
                                  16);
    return;
  }
  LEDE_NAME(take_ones)(view, docs);
#if defined(LEDE_IS_AVX512)
  __m512i base = _mm512_set1_epi32((int)view->base);
  for (size_t i = 0; i < view->count; i += 16)
    _mm512_storeu_si512(docs + i, _mm512_add_epi32(locals16(view, docs, i), base));
#else
  // A damaged bucket could lie behind the range: only its nine bits count.
  for (size_t i = 0; i < view->count; i++) {
    uint32_t bucket = docs[i] - (uint32_t)i;
    docs[i] = view->base + ((bucket << 4 | low_nibble(view->docs, i)) & 511);
  }
#endif
}

// Where the termFreqs of a range in unary end, behind a first one that ends before them all; returns 0 when
// there are too few. There is room for those of a word, 64, and 16 more past the last.
static inline int LEDE_NAME(take_ends)(const range_view *view, uint32_t *ends) {
  ends[0] = UINT32_MAX;
  size_t found = 0;
  for (size_t at = 0; found < view->count; at += 8) {
    if (at >= view->freqs_size) return 0;
    found += LEDE_NAME(ones_of)(load_window(view->freqs, at, view->freqs_size), (uint32_t)(8 * at),
                                ends + 1 + found, 16);
  }
  return 1;
}

#if defined(LEDE_IS_AVX512)
// Sixteen termFreqs of at most sixteen bits, from number i on, which is a multiple of 16; where they are unary,
// given their ends.
static inline __m512i freqs16(const range_view *view, const uint32_t *ends, size_t i) {
  if (view->freqs_form == FREQS_UNARY)
    return _mm512_sub_epi32(_mm512_loadu_si512(ends + i + 1), _mm512_loadu_si512(ends + i));
  __m512i one = _mm512_set1_epi32(1);
  if (view->freqs_form == FREQS_ONES) return one;
  // Sixteen of them end with a byte.
  size_t at = i / 8 * view->width;
  return _mm512_add_epi32(one, packed16(view->freqs + at, view->freqs_size - at, 0, view->width));
}
#endif

// The termFreqs of a range; returns 0 when there are too few. `freqs` has room for 16 past the last.
static inline int LEDE_NAME(take_freqs)(const range_view *view, uint32_t *freqs) {
  size_t count = view->count;
  uint32_t ends[1 + LEDE_RANGE_SIZE + 64 + 16];
  if (view->freqs_form == FREQS_UNARY && !LEDE_NAME(take_ends)(view, ends)) return 0;
#if defined(LEDE_IS_AVX512)
  if (view->freqs_form != FREQS_PACKED || view->width <= 16) {
    for (size_t i = 0; i < count; i += 16) _mm512_storeu_si512(freqs + i, freqs16(view, ends, i));
    return 1;
  }
#endif
  switch (view->freqs_form) {
    case FREQS_ONES:
      for (size_t i = 0; i < count; i++) freqs[i] = 1;
      return 1;
    case FREQS_UNARY:
      for (size_t i = 0; i < count; i++) freqs[i] = ends[i + 1] - ends[i];
      return 1;
    default:
      for (size_t i = 0; i < count; i++) freqs[i] = packed_freq(view, i) + 1;
      return 1;
  }
}

// Documents and termFreqs of a range taken apart, both with room for 16 past the last; returns 0 for damage.
static inline int LEDE_NAME(take_both)(const lede_ranged *list, const range_view *view,
                                       uint32_t *docs, uint32_t *freqs) {
  LEDE_NAME(take_docs)(view, docs);
  return ends_inside(list, docs, view->count) && LEDE_NAME(take_freqs)(view, freqs);
}

// The same of a range by its number; returns how many there are.
static inline size_t LEDE_NAME(take_postings)(const lede_ranged *list, uint32_t range,
                                              uint32_t *docs, uint32_t *freqs) {
  range_view view;
  if (list->codes[range] == 0) return 0;
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  return LEDE_NAME(take_both)(list, &view, docs, freqs) ? view.count : LEDE_DAMAGED;
}
