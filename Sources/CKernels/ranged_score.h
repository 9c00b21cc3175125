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
// Whether a range is scored in one go: nibbles, all documents of which the segment has.
static inline int LEDE_NAME(is_plain)(const lede_ranged *list, const range_view *view) {
  return !view->is_bitmap && (view->freqs_form != FREQS_PACKED || view->width <= 16) &&
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
// factor times each to its sum. Returns 0 for damage.
static inline int LEDE_NAME(score_plain)(const range_view *view, lede_bm25 model,
                                         lede_lengths lengths, uint32_t *docs, float *scores,
                                         float factor, float *sums) {
  uint32_t ones[2 * MOST_NIBBLES + 32], ends[1 + MOST_NIBBLES + 64 + 16];
  LEDE_NAME(take_ones)(view, ones);
  if (view->freqs_form == FREQS_UNARY && !LEDE_NAME(take_ends)(view, ends)) return 0;
  __m512i base = _mm512_set1_epi32((int)view->base);
  for (size_t i = 0; i < view->count; i += 16) {
    size_t left = view->count - i;
    __mmask16 valid = lanes16(left);
    __m512i local = locals16(view, ones, i), which = _mm512_add_epi32(local, base);
    __m512i row = lengths16(lengths.column, which, valid);
    __mmask16 escaped = escapes16(row);
    if (__builtin_expect(escaped != 0, 0))
      row = LEDE_NAME(long_lengths)(lengths, which, row, escaped);
    __m512 score = scores16(model, _mm512_cvtepi32_ps(freqs16(view, ends, i)), row);
    if (sums != NULL) {
      __m512 sum = _mm512_mask_i32gather_ps(_mm512_setzero_ps(), valid, local, sums, 4);
      sum = _mm512_add_ps(sum, _mm512_mul_ps(_mm512_set1_ps(factor), score));
      _mm512_mask_i32scatter_ps(sums, valid, local, sum, 4);
    } else {
      _mm512_mask_storeu_epi32(docs + i, valid, which);
      _mm512_mask_storeu_ps(scores + i, valid, score);
    }
  }
  return 1;
}
#endif

// Scores the postings of a range, taken apart: writes them, or adds factor times each to its sum. Documents
// that are written ascend. Returns 0 for damage.
static inline int LEDE_NAME(score_range)(const lede_ranged *list, const range_view *view,
                                         lede_bm25 model, lede_lengths lengths, uint32_t *docs,
                                         float *scores, float factor, float *sums) {
#if defined(LEDE_IS_AVX512)
  if (LEDE_NAME(is_plain)(list, view))
    return LEDE_NAME(score_plain)(view, model, lengths, docs, scores, factor, sums) &&
           (sums != NULL || ascends(docs, view->count));
#endif
  uint32_t own[LEDE_RANGE_SIZE + 16], freqs[LEDE_RANGE_SIZE + 16];
  float scored[LEDE_RANGE_SIZE + 16];
  if (!LEDE_NAME(take_both)(list, view, own, freqs)) return 0;
  LEDE_NAME(score_postings)(model, lengths, own, freqs, view->count, scored);
  if (sums != NULL) {
    for (size_t i = 0; i < view->count; i++) sums[own[i] - view->base] += factor * scored[i];
    return 1;
  }
  memcpy(docs, own, 4 * view->count);
  memcpy(scores, scored, 4 * view->count);
  return ascends(own, view->count);
}

static size_t LEDE_NAME(lede_ranged_scores)(const lede_ranged *list, uint32_t range,
                                            lede_bm25 model, lede_lengths lengths, uint32_t *docs,
                                            float *scores) {
  range_view view;
  if (list->codes[range] == 0) return 0;
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  return LEDE_NAME(score_range)(list, &view, model, lengths, docs, scores, 0, NULL) ? view.count
                                                                                   : LEDE_DAMAGED;
}

static size_t LEDE_NAME(lede_ranged_accumulate)(const lede_ranged *list, uint32_t range,
                                                lede_bm25 model, lede_lengths lengths, float factor,
                                                float *sums) {
  range_view view;
  if (list->codes[range] == 0) return 0;
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  return LEDE_NAME(score_range)(list, &view, model, lengths, NULL, NULL, factor, sums) ? view.count
                                                                                      : LEDE_DAMAGED;
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
