#include "lede_score.h"

#include <math.h>

#include "lede_positions.h"
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

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

#define LEDE_BODY "score_body.h"
#include "each_level.h"

size_t lede_bm25_score_block(lede_bm25 model, const uint16_t *lengths, const uint32_t *docs,
                             const uint32_t *term_freqs, size_t count, float *out) {
  LEDE_DISPATCH(lede_bm25_score_block, model, lengths, docs, term_freqs, count, out)
}
