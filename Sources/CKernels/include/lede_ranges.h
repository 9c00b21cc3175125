// Bounds of doc-aligned ranges of 512 documents, and the choice of what can still enter an answer.
#pragma once

#include <stddef.h>
#include <stdint.h>

// How a range's code becomes a bound: q = code / 255, then scale * q / (q + rho * (1 - q)), at least
// the smallest normal float where the code is not 0, and `absent` where it is.
typedef struct {
  float rho;
  float scale;
  float absent;
} lede_range_model;

// Bounds of `count` ranges from their codes.
void lede_range_bounds(lede_range_model model, const uint8_t *codes, size_t count, float *bounds);

// sums[i] += values[i].
void lede_add_floats(float *sums, const float *values, size_t count);

// values[i] = the lesser of values[i] and others[i].
void lede_lessen_floats(float *values, const float *others, size_t count);

// The numbers i, ascending, for which values[i] >= least. Returns how many.
size_t lede_select_floats(const float *values, size_t count, float least, uint32_t *out);

// ceilings[docs[i] >> 9] + factor * scores[i], where range 0 of `ceilings` begins at document `base`.
void lede_candidate_bounds(const uint32_t *docs, const float *scores, size_t count, float factor,
                           const float *ceilings, uint32_t base, float *out);

// Adds the scores of a clause to the sums of a range that begins at document `base`, times factor,
// and puts them into the clause's row.
void lede_accumulate(const uint32_t *docs, const float *scores, size_t count, uint32_t base,
                     float factor, float *row, float *sums);
