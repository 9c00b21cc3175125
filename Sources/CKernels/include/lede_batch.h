// Documents under judgement, looked up clause by clause: what becomes of them between two clauses.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lede_ranges.h"

// Documents with their places in the rows of the clauses' scores, and the sum of the contributions known
// so far.
typedef struct {
  uint32_t *docs, *places;
  double *partials;
  size_t count;
} lede_batch;

// Values for which there is room behind the last one in a batch's arrays, and in those of scores and of what was
// found: they may be read, whatever they are, and those of the batch be overwritten.
#define LEDE_BATCH_SPARE 8

// Appends documents of a list that leads: those of `chosen`, ascending places there, whose bound reaches
// `least`, until the batch has `room` documents. Their partials are 0; their places in the list, `first`
// added, go to `lead_places`. Returns how many of `chosen` it looked at. The arrays have room for `room`
// values.
size_t lede_batch_fill(lede_batch *batch, size_t room, const uint32_t *docs, const float *bounds,
                       const uint32_t *chosen, size_t count, float least, uint32_t first,
                       uint32_t *lead_places);

// Adds the scores of a clause at some places to all documents of a batch, and writes them to its row.
void lede_batch_add(const lede_batch *batch, const float *scores, const uint32_t *lead_places, double factor,
                    float *row);

// Drops the documents that not even the ceiling lifts to `cut`; returns how many are left.
size_t lede_batch_keep(const lede_batch *batch, const lede_ceiling *ceiling, double cut);

// Adds what a clause scores in each document to the partials, and writes it to the document's place in
// the clause's row; then drops those that `found` has below `least`, and those that not even the ceiling
// lifts to `cut`. Returns how many are left.
size_t lede_batch_settle(const lede_batch *batch, const float *scores, const uint32_t *found, uint32_t least,
                         double factor, float *row, const lede_ceiling *ceiling, double cut);

// The canonical score of each document of a batch: what stands at its place in the rows times their factors,
// summed in order in double and rounded once. A clause that a document lacks has a zero there, which adds
// nothing.
void lede_batch_scores(const lede_batch *batch, float *const *rows, const double *factors, size_t row_count,
                       float *scores);
