#include "lede_score.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

// Portable versions. A level chosen at run time (AVX2, AVX-512) comes as further functions behind
// the same prototypes; each must give these bits.

float lede_bm25_weight(double documents, double doc_freq) {
  return (float)log(1.0 + (documents - doc_freq + 0.5) / (doc_freq + 0.5));
}

static inline float score(lede_bm25 model, float tf, float dl) {
  float k = model.a + model.c * dl;
  return model.w * (tf / (tf + k));
}

float lede_bm25_score(lede_bm25 model, uint32_t term_freq, uint32_t length) {
  return score(model, (float)term_freq, (float)length);
}

size_t lede_bm25_score_block(lede_bm25 model, const uint16_t *lengths, const uint32_t *docs,
                             const uint32_t *term_freqs, size_t count, float *out) {
  // Gathered first, so that the arithmetic below is vectorised on its own.
  int32_t gathered[128];
  size_t escapes = 0;
  for (size_t start = 0; start < count; start += 128) {
    size_t n = count - start < 128 ? count - start : 128;
    for (size_t i = 0; i < n; i++) gathered[i] = lengths[docs[start + i]];
    for (size_t i = 0; i < n; i++) escapes += gathered[i] == 65535;
    // Signed conversion: SSE2 has no unsigned one.
    for (size_t i = 0; i < n; i++)
      out[start + i] = score(model, (float)(int32_t)term_freqs[start + i], (float)gathered[i]);
  }
  return escapes;
}
