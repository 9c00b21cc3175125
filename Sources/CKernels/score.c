#include "lede_score.h"

#include <math.h>
#include <string.h>

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

float lede_bm25_front(lede_bm25 model, const void *front) {
  uint16_t pairs[8];
  memcpy(pairs, front, sizeof pairs);
  float best = 0;
  for (int i = 0; i < 4; i++) {
    float tf = (float)(int32_t)pairs[i];
    float k = model.a + model.c * (float)(int32_t)pairs[4 + i];
    float saturation = pairs[i] == 65535 ? 1.0f : tf / (tf + k);
    best = saturation > best ? saturation : best;
  }
  return best;
}

size_t lede_filter_scores(const float *scores, size_t count, float threshold, uint32_t *out) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    out[kept] = (uint32_t)i;
    kept += scores[i] >= threshold;
  }
  return kept;
}

void lede_scatter_scores(const uint32_t *docs, const float *scores, size_t count, uint32_t base,
                         float *window, uint64_t *bits) {
  for (size_t i = 0; i < count; i++) {
    uint32_t at = docs[i] - base;
    window[at] = scores[i];
    bits[at >> 6] |= 1ull << (at & 63);
  }
}

size_t lede_gather_window(lede_window window, uint64_t *bits, size_t words, uint32_t *docs,
                          uint32_t *places, double *partials) {
  size_t marked = 0, kept = 0;
  for (size_t w = 0; w < words; w++) {
    uint64_t word = bits[w];
    if (word == 0) continue;
    bits[w] = 0;
    for (; word != 0; word &= word - 1)
      docs[marked++] = (uint32_t)(64 * w) + (uint32_t)__builtin_ctzll(word);
  }
  // Until the last loop, `docs` holds the marked places.
  for (size_t i = 0; i < marked; i++) partials[i] = 0;
  for (size_t c = 0; c < window.count; c++) {
    const float *row = window.rows[c];
    double factor = window.factors[c];
    for (size_t i = 0; i < marked; i++) partials[i] += factor * (double)row[docs[i]];
  }
  for (size_t i = 0; i < marked; i++) {
    uint32_t place = docs[i];
    double partial = partials[i];
    if (partial >= window.least) {
      docs[kept] = window.base + place;
      places[kept] = place;
      partials[kept++] = partial;
    } else {
      for (size_t c = 0; c < window.count; c++) window.rows[c][place] = 0;
    }
  }
  return kept;
}

void lede_mark_docs(const uint32_t *docs, size_t count, uint32_t base, uint64_t *bits) {
  for (size_t i = 0; i < count; i++) {
    uint32_t at = docs[i] - base;
    bits[at >> 6] |= 1ull << (at & 63);
  }
}
