#include "lede_ranges.h"

#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define LEDE_BODY "ranges_body.h"
#include "each_level.h"

void lede_range_bounds(lede_range_model model, const uint8_t *codes, size_t count, float *bounds) {
  LEDE_DISPATCH(lede_range_bounds, model, codes, count, bounds)
}

void lede_add_floats(float *sums, const float *values, size_t count) {
  LEDE_DISPATCH(lede_add_floats, sums, values, count)
}

void lede_lessen_floats(float *values, const float *others, size_t count) {
  LEDE_DISPATCH(lede_lessen_floats, values, others, count)
}

size_t lede_select_floats(const float *values, size_t count, float least, uint32_t *out) {
  LEDE_DISPATCH(lede_select_floats, values, count, least, out)
}

void lede_candidate_bounds(const uint32_t *docs, const float *scores, size_t count, float factor,
                           const float *ceilings, uint32_t base, float *out) {
  LEDE_DISPATCH(lede_candidate_bounds, docs, scores, count, factor, ceilings, base, out)
}

void lede_accumulate(const uint32_t *docs, const float *scores, size_t count, uint32_t base,
                     float factor, float *row, float *sums) {
  LEDE_DISPATCH(lede_accumulate, docs, scores, count, base, factor, row, sums)
}
