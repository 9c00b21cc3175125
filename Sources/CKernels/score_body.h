// The kernels of lede_score.h; see levels.h.

static size_t LEDE_NAME(lede_bm25_score_block)(lede_bm25 model, const uint16_t *lengths,
                                               const uint32_t *docs, const uint32_t *term_freqs,
                                               size_t count, float *out) {
  size_t escapes = 0;
#if defined(LEDE_IS_AVX512)
  __m512 a = _mm512_set1_ps(model.a), c = _mm512_set1_ps(model.c), w = _mm512_set1_ps(model.w);
  __m512i escape = _mm512_set1_epi32(65535);
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 valid = count - i >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << (count - i)) - 1);
    // Two bytes past the last length are read: files end with a footer.
    __m512i row = _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), valid,
                                              _mm512_maskz_loadu_epi32(valid, docs + i), lengths, 2);
    row = _mm512_and_si512(row, escape);
    escapes += (size_t)__builtin_popcount(_mm512_mask_cmpeq_epi32_mask(valid, row, escape));
    __m512 tf = _mm512_cvtepi32_ps(_mm512_maskz_loadu_epi32(valid, term_freqs + i));
    __m512 k = _mm512_add_ps(a, _mm512_mul_ps(c, _mm512_cvtepi32_ps(row)));
    _mm512_mask_storeu_ps(out + i, valid, _mm512_mul_ps(w, _mm512_div_ps(tf, _mm512_add_ps(tf, k))));
  }
#else
  // Gathered first, so that the arithmetic below is vectorised on its own.
  int32_t gathered[128];
  for (size_t start = 0; start < count; start += 128) {
    size_t n = count - start < 128 ? count - start : 128;
    for (size_t i = 0; i < n; i++) gathered[i] = lengths[docs[start + i]];
    for (size_t i = 0; i < n; i++) escapes += gathered[i] == 65535;
    // Signed conversion: SSE2 has no unsigned one.
    for (size_t i = 0; i < n; i++)
      out[start + i] = score(model, (float)(int32_t)term_freqs[start + i], (float)gathered[i]);
  }
#endif
  return escapes;
}
