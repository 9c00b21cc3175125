#include "lede_batch.h"

#include "levels.h"

// Every level rounds the product and the sum.
#pragma STDC FP_CONTRACT OFF

#define LEDE_BODY "batch_body.h"
#include "each_level.h"

size_t lede_batch_fill(lede_batch *batch, size_t room, const uint32_t *docs, const float *bounds,
                       const uint32_t *chosen, size_t count, float least, uint32_t first,
                       uint32_t *lead_places) {
  LEDE_DISPATCH(lede_batch_fill, batch, room, docs, bounds, chosen, count, least, first, lead_places)
}

void lede_batch_add(const lede_batch *batch, const float *scores, const uint32_t *lead_places, double factor,
                    float *row) {
  LEDE_DISPATCH(lede_batch_add, batch, scores, lead_places, factor, row)
}

size_t lede_batch_keep(const lede_batch *batch, const lede_ceiling *ceiling, double cut) {
  LEDE_DISPATCH(lede_batch_keep, batch, ceiling, cut)
}

size_t lede_batch_settle(const lede_batch *batch, const float *scores, const uint32_t *found, uint32_t least,
                         double factor, float *row, const lede_ceiling *ceiling, double cut) {
  LEDE_DISPATCH(lede_batch_settle, batch, scores, found, least, factor, row, ceiling, cut)
}

void lede_batch_scores(const lede_batch *batch, float *const *rows, const double *factors, size_t row_count,
                       float *scores) {
  LEDE_DISPATCH(lede_batch_scores, batch, rows, factors, row_count, scores)
}
