#include "lede_impacts.h"

#pragma STDC FP_CONTRACT OFF

#include "levels.h"

#define LEDE_BODY "impacts_body.h"
#include "each_level.h"

void lede_impacts(const uint32_t *docs, const uint32_t *freqs, size_t count,
                  const uint32_t *lengths, double constant, double per_position, double *out) {
  LEDE_DISPATCH(lede_impacts, docs, freqs, count, lengths, constant, per_position, out)
}
