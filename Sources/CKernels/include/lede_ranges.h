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

// Sets all of some values to one.
void lede_fill_floats(float *values, size_t count, float value);

// sums[i] = some[i] + others[i].
void lede_add_floats(const float *some, const float *others, size_t count, float *sums);

// values[i] = the lesser of values[i] and others[i].
void lede_lessen_floats(float *values, const float *others, size_t count);

// The numbers i, ascending, for which values[i] >= least. Returns how many.
size_t lede_select_floats(const float *values, size_t count, float least, uint32_t *out);

// The places that some numbers have when they are sorted, the largest first, equal ones in the order
// given. O(count^2) without a branch: the fastest way up to some hundreds.
void lede_rank_floats(const float *values, size_t count, uint32_t *ranks);

// Upper bounds by document, in two parts: coarse[(doc - base) >> coarse_shift] and
// fine[(doc - base) >> fine_shift]. By a shift of 31 one value holds for all documents; it stands twice.
typedef struct {
  const float *coarse, *fine;
  uint32_t base, coarse_shift, fine_shift;
} lede_ceiling;

#define LEDE_ONE_FOR_ALL 31

// The bound of each document, plus factor * scores[i].
void lede_candidate_bounds(const uint32_t *docs, const float *scores, size_t count, float factor,
                           lede_ceiling ceiling, float *out);

// As lede_select_floats, and sets all values to 0.
size_t lede_take_floats(float *values, size_t count, float least, uint32_t *out);

// Raises bounds[(docs[i] - base) >> shift] to factor * scores[i], at least the smallest normal float.
void lede_exact_bounds(const uint32_t *docs, const float *scores, size_t count, float factor,
                       uint32_t base, uint32_t shift, float *bounds);

// A value, at least `floor` and 0, that `wanted` of the largest values reach at least, and seldom more than
// `most`; the greater of floor and 0 when no more than that reach it.
float lede_upper_floats(const float *values, size_t count, float floor, size_t wanted, size_t most);
