// Scoring the postings of ranges, for the kernels of lede_ranged.h; once for each level, see levels.h.

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
  if (LEDE_NAME(is_plain)(list, &view)) {
    size_t found = LEDE_NAME(score_plain)(&view, model, lengths, docs, scores, 0, NULL);
    return found == LEDE_DAMAGED || ascends(docs, found) ? found : LEDE_DAMAGED;
  }
#endif
  size_t count = LEDE_NAME(take_postings)(list, range, room, freqs);
  if (count == LEDE_DAMAGED || !ascends(room, count)) return LEDE_DAMAGED;
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
    if (term->list != NULL) {
      if (LEDE_NAME(lede_ranged_accumulate)(term->list, range, term->model, term->lengths,
                                            term->factor, sums) == LEDE_DAMAGED)
        return LEDE_DAMAGED;
    } else if (term->starts != NULL) {
      for (uint32_t at = term->starts[range]; at < term->starts[range + 1]; at++)
        sums[term->docs[at] & (LEDE_RANGE_SIZE - 1)] += term->factor * term->scores[at];
    }
  }
  return 0;
}
