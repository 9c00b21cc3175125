// Impacts of postings under parameters that never change, in doubles.
#pragma once

#include <stddef.h>
#include <stdint.h>

// out[i] = tf / (tf + (constant + per_position * dl)), each operation rounded on its own, true
// division: the same bits at every level. `lengths` are those of the field by document.
void lede_impacts(const uint32_t *docs, const uint32_t *freqs, size_t count,
                  const uint32_t *lengths, double constant, double per_position, double *out);

// The highest impact of each of the ranges of 512 documents that ascending documents fall into, as a
// code: 0 where there is none, else the least whole number q with impact * (1 + 2^-20) <= q / 255, at
// most 255. Writes a code for each of `range_count` ranges.
void lede_range_codes(const uint32_t *docs, const double *impacts, size_t count, uint8_t *codes,
                      size_t range_count);
