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

// The largest tf / (tf + K), without w, of an impact front in memory: four uint16_t termFreqs, then
// four lengths. termFreq 65535 counts as unbounded.
float lede_bm25_front(lede_bm25 model, const void *front);

// Keeps the places of the scores that are at least `threshold`: out holds their indexes, ascending.
// Returns how many.
size_t lede_filter_scores(const float *scores, size_t count, float threshold, uint32_t *out);

// Puts scores into a window at their document's place and marks the documents in its bitset.
void lede_scatter_scores(const uint32_t *docs, const float *scores, size_t count, uint32_t base,
                         float *window, uint64_t *bits);

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

// What the candidates of a window need to be gathered from the rows of its clauses.
typedef struct {
  float *const *rows;        // the scores of each clause by place
  const double *factors;     // boost times count of each clause
  size_t count;              // clauses
  double least;              // the partial sum that a candidate must reach
  uint32_t base;             // the document of place 0
} lede_window;

// Makes candidates of the marked places whose partial sum, in the order of the rows, is at least
// `least`. Clears the marks, and the rows at every place that is no candidate. Returns the number of
// candidates; `docs`, `places` and `partials` have room for all marked places.
size_t lede_gather_window(lede_window window, uint64_t *bits, size_t words, uint32_t *docs,
                          uint32_t *places, double *partials);

// Marks documents, each at least `base`, in a bitset whose bit 0 is document `base`.
void lede_mark_docs(const uint32_t *docs, size_t count, uint32_t base, uint64_t *bits);
