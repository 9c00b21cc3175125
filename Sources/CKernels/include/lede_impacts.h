// Impacts of postings under parameters that never change, in doubles.
#pragma once

#include <stddef.h>
#include <stdint.h>

// out[i] = tf / (tf + (constant + per_position * dl)), each operation rounded on its own, true
// division: the same bits at every level. `lengths` are those of the field by document.
void lede_impacts(const uint32_t *docs, const uint32_t *freqs, size_t count,
                  const uint32_t *lengths, double constant, double per_position, double *out);
