#include "lede_ranges.h"

#include <float.h>
#include <string.h>

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

typedef int32_t __attribute__((may_alias)) float_bits;

static inline int32_t bits_of(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float float_of(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#define LEDE_BODY "ranges_body.h"
#include "each_level.h"

void lede_range_bounds(lede_range_model model, const uint8_t *codes, size_t count, float *bounds) {
  LEDE_DISPATCH(lede_range_bounds, model, codes, count, bounds)
}

void lede_fill_floats(float *values, size_t count, float value) {
  LEDE_DISPATCH(lede_fill_floats, values, count, value)
}

void lede_add_floats(const float *some, const float *others, size_t count, float *sums) {
  LEDE_DISPATCH(lede_add_floats, some, others, count, sums)
}

void lede_lessen_floats(float *values, const float *others, size_t count) {
  LEDE_DISPATCH(lede_lessen_floats, values, others, count)
}

size_t lede_select_floats(const float *values, size_t count, float least, uint32_t *out) {
  LEDE_DISPATCH(lede_select_floats, values, count, least, out)
}

void lede_rank_floats(const float *values, size_t count, uint32_t *ranks) {
  LEDE_DISPATCH(lede_rank_floats, values, count, ranks);
}

void lede_candidate_bounds(const uint32_t *docs, const float *scores, size_t count, float factor,
                           lede_ceiling ceiling, float *out) {
  LEDE_DISPATCH(lede_candidate_bounds, docs, scores, count, factor, ceiling, out)
}

size_t lede_take_floats(float *values, size_t count, float least, uint32_t *out) {
  size_t kept = lede_select_floats(values, count, least, out);
  memset(values, 0, count * sizeof *values);
  return kept;
}

void lede_exact_bounds(const uint32_t *docs, const float *scores, size_t count, float factor,
                       uint32_t base, uint32_t shift, float *bounds) {
  for (size_t i = 0; i < count; i++) {
    uint32_t at = (docs[i] - base) >> shift;
    float value = factor * scores[i];
    value = value > FLT_MIN ? value : FLT_MIN;
    bounds[at] = value > bounds[at] ? value : bounds[at];
  }
}

float lede_upper_floats(const float *values, size_t count, float floor, size_t wanted, size_t most) {
  LEDE_DISPATCH(lede_upper_floats, values, count, floor, wanted, most)
}
