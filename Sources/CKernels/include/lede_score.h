// BM25 of blocks of postings, in the one float expression that every path shares.
//
//     s = w * (tf / (tf + K)),  K = a + c * dl
//
// All in float, each operation rounded on its own: no contraction to fused multiply-add, true
// division. So every kernel, portable or vectorised, gives the same bits.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
  float w;  // ln(1 + (N - df + 0.5) / (df + 0.5))
  float a;  // k1 * (1 - b)
  float c;  // k1 * b / avgdl
} lede_bm25;

// ln(1 + (documents - doc_freq + 0.5) / (doc_freq + 0.5)), computed in double, rounded once.
float lede_bm25_weight(double documents, double doc_freq);

// One posting.
float lede_bm25_score(lede_bm25 model, uint32_t term_freq, uint32_t length);

// A block of postings: lengths are looked up by document. Returns how many of them are the escape
// 65535, for which the caller scores again with the true length. term_freqs are below 2^31.
size_t lede_bm25_score_block(lede_bm25 model, const uint16_t *lengths, const uint32_t *docs,
                             const uint32_t *term_freqs, size_t count, float *out);

// The first index at which the ascending `docs` reach `target`, `count` when none does. Here and not
// in the source file, so that Swift inlines it: it runs once per candidate.
static inline size_t lede_lower_bound(const uint32_t *docs, size_t count, uint32_t target) {
  if (count == 0) return 0;
  const uint32_t *first = docs;
  // Written so that compilers choose a conditional move: the branch would be a coin toss.
  while (count > 1) {
    size_t half = count / 2;
    first = first[half - 1] < target ? first + half : first;
    count -= half;
  }
  return (size_t)(first - docs) + (*first < target);
}
