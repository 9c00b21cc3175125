// BM25 of sixteen postings in registers, for kernels of AVX-512; see lede_score.h for the expression.
#if defined(LEDE_IS_AVX512)

// Lengths of those of sixteen documents that a mask names, zeros for others, as the column has them. Two bytes
// past the last length are read: files end with a footer.
static inline __m512i lengths16(const uint16_t *column, __m512i docs, __mmask16 valid) {
  __m512i row = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), valid, docs, column, 2);
  return _mm512_and_si512(row, _mm512_set1_epi32(LEDE_LENGTH_ESCAPE));
}

static inline __mmask16 escapes16(__m512i lengths) {
  return _mm512_cmpeq_epi32_mask(lengths, _mm512_set1_epi32(LEDE_LENGTH_ESCAPE));
}

static inline __m512 scores16(lede_bm25 model, __m512 term_freqs, __m512i lengths) {
  __m512 k = _mm512_add_ps(_mm512_set1_ps(model.a),
                           _mm512_mul_ps(_mm512_set1_ps(model.c), _mm512_cvtepi32_ps(lengths)));
  return _mm512_mul_ps(_mm512_set1_ps(model.w), _mm512_div_ps(term_freqs, _mm512_add_ps(term_freqs, k)));
}
#endif
