// The kernels of lede_score.h; see levels.h.

#include "score_lanes.h"

static size_t LEDE_NAME(lede_bm25_score_block)(lede_bm25 model, const uint16_t *lengths,
                                               const uint32_t *docs, const uint32_t *term_freqs,
                                               size_t count, float *out) {
  size_t escapes = 0;
#if defined(LEDE_IS_AVX512)
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 valid = lanes16(count - i);
    __m512i row = lengths16(lengths, _mm512_maskz_loadu_epi32(valid, docs + i), valid);
    escapes += (size_t)__builtin_popcount(escapes16(row));
    __m512 tf = _mm512_cvtepi32_ps(_mm512_maskz_loadu_epi32(valid, term_freqs + i));
    _mm512_mask_storeu_ps(out + i, valid, scores16(model, tf, row));
  }
#else
  // Gathered first, so that the arithmetic below is vectorised on its own.
  int32_t gathered[128];
  for (size_t start = 0; start < count; start += 128) {
    size_t n = count - start < 128 ? count - start : 128;
    for (size_t i = 0; i < n; i++) gathered[i] = lengths[docs[start + i]];
    for (size_t i = 0; i < n; i++) escapes += gathered[i] == LEDE_LENGTH_ESCAPE;
    // Signed conversion: SSE2 has no unsigned one.
    for (size_t i = 0; i < n; i++)
      out[start + i] = score(model, (float)(int32_t)term_freqs[start + i], (float)gathered[i]);
  }
#endif
  return escapes;
}
