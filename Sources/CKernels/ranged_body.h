// The kernels of lede_ranged.h; see levels.h.

#include "ranged_decode.h"
#include "ranged_look.h"

static size_t LEDE_NAME(lede_ranged_count)(const lede_ranged *list, uint32_t range) {
  if (list->codes[range] == 0) return 0;
  range_view view;
  return LEDE_NAME(view_range)(list, range, &view) ? view.count : LEDE_DAMAGED;
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

#if defined(LEDE_IS_AVX512)
// Whether a range is scored in one go: nibbles with small termFreqs, all documents of which the segment has.
static inline int LEDE_NAME(is_plain)(const lede_ranged *list, const range_view *view) {
  return !view->is_bitmap && view->freqs_form != FREQS_PACKED &&
         (view->base | (LEDE_RANGE_SIZE - 1)) < list->doc_count;
}

// Lengths above 65,534 among those of sixteen documents, put in their places.
static __m512i __attribute__((noinline))
LEDE_NAME(long_lengths)(lede_lengths lengths, __m512i docs, __m512i row, __mmask16 escaped) {
  uint32_t which[16], values[16];
  _mm512_storeu_si512(which, docs);
  _mm512_storeu_si512(values, row);
  for (uint32_t lanes = escaped; lanes != 0; lanes &= lanes - 1) {
    uint32_t lane = (uint32_t)__builtin_ctz(lanes);
    values[lane] = lede_document_length(lengths, which[lane]);
  }
  return _mm512_loadu_si512(values);
}

// Scores the postings of a plain range, sixteen at a time, all of them in registers: writes them, or adds
// factor times each to its sum. Returns how many there are, or LEDE_DAMAGED.
static inline size_t LEDE_NAME(score_plain)(const range_view *view, lede_bm25 model,
                                            lede_lengths lengths, uint32_t *docs, float *scores,
                                            float factor, float *sums) {
  uint32_t ones[2 * MOST_NIBBLES + 32], ends[1 + 2 * MOST_NIBBLES + 32];
  size_t count = view->count, left = (size_t)(view->freqs + view->freqs_size - view->docs);
  size_t found = LEDE_NAME(ones_of)(view->high[0], 0, ones);
  if (view->high[1] != 0) LEDE_NAME(ones_of)(view->high[1], 64, ones + found);
  int has_freqs = view->freqs_form == FREQS_UNARY;
  ends[0] = UINT32_MAX;
  found = 0;
  for (size_t at = 0; has_freqs && found < count; at += 8) {
    if (at >= view->freqs_size) return LEDE_DAMAGED;
    found += LEDE_NAME(ones_of)(load_window(view->freqs, at, view->freqs_size), (uint32_t)(8 * at),
                                ends + 1 + found);
  }
  __m512 a = _mm512_set1_ps(model.a), c = _mm512_set1_ps(model.c), w = _mm512_set1_ps(model.w);
  __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512i base = _mm512_set1_epi32((int)view->base), escape = _mm512_set1_epi32(65535);
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 valid = count - i >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << (count - i)) - 1);
    __m128i bytes = _mm_cvtsi64_si128((long long)load_window(view->docs, i / 2, left));
    __m128i low = _mm_set1_epi8(15);
    __m128i nibbles = _mm_unpacklo_epi8(_mm_and_si128(bytes, low),
                                        _mm_and_si128(_mm_srli_epi16(bytes, 4), low));
    __m512i buckets = _mm512_sub_epi32(_mm512_loadu_si512(ones + i), steps);
    __m512i local = _mm512_or_si512(_mm512_slli_epi32(buckets, 4), _mm512_cvtepu8_epi32(nibbles));
    // A damaged bucket could lie behind the range: only its nine bits count.
    local = _mm512_and_si512(local, _mm512_set1_epi32(511));
    __m512i which = _mm512_add_epi32(local, base);
    __m512i row = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), valid, which, lengths.column, 2);
    row = _mm512_and_si512(row, escape);
    __mmask16 escaped = _mm512_mask_cmpeq_epi32_mask(valid, row, escape);
    if (__builtin_expect(escaped != 0, 0))
      row = LEDE_NAME(long_lengths)(lengths, which, row, escaped);
    __m512 tf = _mm512_set1_ps(1);
    if (has_freqs)
      tf = _mm512_cvtepi32_ps(
          _mm512_sub_epi32(_mm512_loadu_si512(ends + 1 + i), _mm512_loadu_si512(ends + i)));
    __m512 k = _mm512_add_ps(a, _mm512_mul_ps(c, _mm512_cvtepi32_ps(row)));
    __m512 score = _mm512_mul_ps(w, _mm512_div_ps(tf, _mm512_add_ps(tf, k)));
    if (sums != NULL) {
      __m512 sum = _mm512_mask_i32gather_ps(_mm512_setzero_ps(), valid, local, sums, 4);
      sum = _mm512_add_ps(sum, _mm512_mul_ps(_mm512_set1_ps(factor), score));
      _mm512_mask_i32scatter_ps(sums, valid, local, sum, 4);
    } else {
      _mm512_mask_storeu_epi32(docs + i, valid, which);
      _mm512_mask_storeu_ps(scores + i, valid, score);
    }
    steps = _mm512_add_epi32(steps, _mm512_set1_epi32(16));
  }
  return count;
}
#endif

static size_t LEDE_NAME(lede_ranged_scores)(const lede_ranged *list, uint32_t range,
                                            lede_bm25 model, lede_lengths lengths, uint32_t *docs,
                                            float *scores) {
  uint32_t room[LEDE_RANGE_SIZE + 16], freqs[LEDE_RANGE_SIZE + 16];
  float scored[LEDE_RANGE_SIZE + 16];
#if defined(LEDE_IS_AVX512)
  range_view view;
  if (list->codes[range] == 0) return 0;
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  if (LEDE_NAME(is_plain)(list, &view))
    return LEDE_NAME(score_plain)(&view, model, lengths, docs, scores, 0, NULL);
#endif
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
#if defined(LEDE_IS_AVX512)
  range_view view;
  if (list->codes[range] == 0) return 0;
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  if (LEDE_NAME(is_plain)(list, &view))
    return LEDE_NAME(score_plain)(&view, model, lengths, NULL, NULL, factor, sums);
#endif
  size_t count = LEDE_NAME(take_postings)(list, range, docs, freqs);
  if (count == LEDE_DAMAGED) return count;
  LEDE_NAME(score_postings)(model, lengths, docs, freqs, count, scores);
  uint32_t base = range << 9;
  for (size_t i = 0; i < count; i++) sums[docs[i] - base] += factor * scores[i];
  return count;
}

static size_t LEDE_NAME(lede_ranged_sum)(const lede_ranged_term *terms, const ptrdiff_t *numbers,
                                         size_t count, uint32_t range, float *sums) {
  for (size_t i = 0; i < count; i++) {
    const lede_ranged_term *term = terms + numbers[i];
    if (term->list == NULL) {
      uint32_t end = term->starts != NULL ? term->starts[range + 1] : 0;
      for (uint32_t at = end == 0 ? 0 : term->starts[range]; at < end; at++)
        sums[term->docs[at] & (LEDE_RANGE_SIZE - 1)] += term->factor * term->scores[at];
      continue;
    }
    if (LEDE_NAME(lede_ranged_accumulate)(term->list, range, term->model, term->lengths,
                                          term->factor, sums) == LEDE_DAMAGED)
      return LEDE_DAMAGED;
  }
  return 0;
}

static size_t LEDE_NAME(lede_ranged_bits)(const lede_ranged *list, uint32_t range, uint64_t *bits) {
  if (list->codes[range] != 0) return LEDE_NAME(take_bits)(list, range, bits);
  memset(bits, 0, 64);
  return 0;
}

// The termFreqs of some documents of a range, given its documents as bits and their termFreqs, 0 for those
// that it lacks, and their places, or those of the next. Returns how many are there.
static inline size_t LEDE_NAME(match)(const uint64_t *bits, const uint32_t *own_freqs,
                                      const uint32_t *docs, size_t count, uint32_t *freqs,
                                      uint32_t *places) {
  uint32_t before[8], sum = 0;
  size_t found = 0;
  for (int w = 0; w < 8; w++) {
    before[w] = sum;
    sum += (uint32_t)__builtin_popcountll(bits[w]);
  }
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] & 511;
    uint64_t word = bits[local >> 6], bit = 1ull << (local & 63);
    uint32_t place = before[local >> 6] + (uint32_t)__builtin_popcountll(word & (bit - 1));
    uint32_t is_there = (word & bit) != 0;
    freqs[i] = own_freqs[place] & (0 - is_there);
    places[i] = place;
    found += is_there;
  }
  return found;
}

// A range's documents as bits, given its documents where they are nibbles.
static inline void LEDE_NAME(bits_of)(const lede_ranged *list, const range_view *view,
                                      const uint32_t *docs, uint64_t *bits) {
  if (!view->is_bitmap) return LEDE_NAME(set_bits)(docs, view->count, view->base, bits);
  for (int w = 0; w < 8; w++) bits[w] = load_uint64(view->docs + 8 * w);
  LEDE_NAME(cut_bits)(list, view->base, bits);
}

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
  uint64_t bits[8];
  uint32_t own_freqs[LEDE_RANGE_SIZE + 16];
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  uint32_t own[LEDE_RANGE_SIZE + 16];
  if (!view.is_bitmap) {
    LEDE_NAME(take_docs)(&view, own);
    if (!ends_inside(list, own, view.count)) return LEDE_DAMAGED;
  }
  if (!LEDE_NAME(take_freqs)(&view, own_freqs)) return LEDE_DAMAGED;
  LEDE_NAME(bits_of)(list, &view, own, bits);
  return LEDE_NAME(match)(bits, own_freqs, docs, count, freqs, places);
}

static size_t LEDE_NAME(lede_ranged_locate)(const lede_ranged *list, uint32_t range,
                                            lede_lengths lengths, uint64_t start,
                                            const uint32_t *docs, size_t count, uint32_t *freqs,
                                            uint32_t *places, uint64_t *starts) {
  uint32_t own[LEDE_RANGE_SIZE + 16], own_freqs[LEDE_RANGE_SIZE + 16];
  range_view view;
  uint64_t bits[8];
  if (list->codes[range] == 0) {
    memset(freqs, 0, 4 * count);
    return 0;
  }
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  LEDE_NAME(take_docs)(&view, own);
  if (!ends_inside(list, own, view.count) || !LEDE_NAME(take_freqs)(&view, own_freqs))
    return LEDE_DAMAGED;
  LEDE_NAME(bits_of)(list, &view, own, bits);
  size_t found = LEDE_NAME(match)(bits, own_freqs, docs, count, freqs, places);
  if (found > 0)
    lede_position_starts(lengths, own, own_freqs, 0, start, places, count, starts);
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
#endif
  for (size_t i = 0; i < count; i++) {
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
    if (__builtin_expect(starts[i] + LOOK_BYTES <= list->size, 1)) {
      uint64_t is_there = list->codes[docs[i] >> 9] != 0;
      has |= (is_there & LEDE_NAME(look)(list->payload + starts[i], docs[i])) << i;
      continue;
    }
#endif
    size_t found = LEDE_NAME(has_doc)(list, docs[i]);
    *damaged |= found > 1;
    has |= (uint64_t)(found & 1) << i;
  }
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

// Keeps the documents of a range whose bits are set; `kept` may be `docs`, both have room for 16 past the
// last. Returns how many.
static inline size_t LEDE_NAME(test_bits)(const uint32_t *docs, size_t count, uint32_t base,
                                          const uint64_t *bits, uint32_t *kept) {
  size_t found = 0;
#if defined(LEDE_IS_AVX512)
  __m512i words = _mm512_loadu_si512(bits), first = _mm512_set1_epi32((int)base);
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 valid = count - i >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << (count - i)) - 1);
    __m512i some = _mm512_loadu_si512(docs + i), local = _mm512_sub_epi32(some, first);
    __m512i word = _mm512_permutexvar_epi32(_mm512_srli_epi32(local, 5), words);
    __m512i bit = _mm512_sllv_epi32(_mm512_set1_epi32(1),
                                    _mm512_and_si512(local, _mm512_set1_epi32(31)));
    __mmask16 has = _mm512_mask_test_epi32_mask(valid, word, bit);
    _mm512_storeu_si512(kept + found, _mm512_maskz_compress_epi32(has, some));
    found += (size_t)__builtin_popcount(has);
  }
#else
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] - base;
    kept[found] = docs[i];
    found += bits[local >> 6] >> (local & 63) & 1;
  }
#endif
  return found;
}

static size_t LEDE_NAME(lede_ranged_meet)(const lede_ranged *const *lists, size_t list_count,
                                          uint32_t range, uint32_t *docs) {
  uint64_t bits[8], words[8];
  uint32_t own[LEDE_RANGE_SIZE + 16], base = range << 9;
  size_t found = 0;
  int is_bits = 0;
  for (size_t number = 0; number < list_count; number++) {
    const lede_ranged *list = lists[number];
    range_view view;
    if (list->codes[range] == 0) return 0;
    if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
    if (view.is_bitmap) {
      for (int w = 0; w < 8; w++) words[w] = load_uint64(view.docs + 8 * w);
      LEDE_NAME(cut_bits)(list, base, words);
      if (number == 0) {
        memcpy(bits, words, sizeof bits);
        is_bits = 1;
      } else if (is_bits) {
        for (int w = 0; w < 8; w++) bits[w] &= words[w];
      } else {
        found = LEDE_NAME(test_bits)(docs, found, base, words, docs);
      }
    } else {
      uint32_t *taken = number == 0 ? docs : own;
      LEDE_NAME(take_docs)(&view, taken);
      if (!ends_inside(list, taken, view.count)) return LEDE_DAMAGED;
      if (number == 0) {
        found = view.count;
      } else {
        if (!is_bits) LEDE_NAME(set_bits)(docs, found, base, bits);
        is_bits = 0;
        found = LEDE_NAME(test_bits)(own, view.count, base, bits, docs);
      }
    }
    if (!is_bits && found == 0) return 0;
  }
  return is_bits ? LEDE_NAME(lede_range_docs)(bits, range, docs) : found;
}
