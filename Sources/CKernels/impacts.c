#include "lede_impacts.h"

#pragma STDC FP_CONTRACT OFF

#include "levels.h"

#define LEDE_BODY "impacts_body.h"
#include "each_level.h"

void lede_impacts(const uint32_t *docs, const uint32_t *freqs, size_t count,
                  const uint32_t *lengths, double constant, double per_position, double *out) {
  LEDE_DISPATCH(lede_impacts, docs, freqs, count, lengths, constant, per_position, out)
}

static void codes_of(const double *impacts, size_t count, uint8_t *codes) {
  LEDE_DISPATCH(codes_of, impacts, count, codes)
}

void lede_range_codes(const uint32_t *docs, const double *impacts, size_t count, uint8_t *codes,
                      size_t range_count) {
  enum { STEP = 64, RANGE_SHIFT = 9 };
  double best[STEP];
  size_t i = 0;
  for (size_t start = 0; start < range_count; start += STEP) {
    size_t ranges = range_count - start < STEP ? range_count - start : STEP;
    for (size_t range = 0; range < ranges; range++) {
      // No impact is 0, which is the code of ranges without any.
      double highest = 0;
      for (; i < count && docs[i] >> RANGE_SHIFT == start + range; i++)
        highest = impacts[i] > highest ? impacts[i] : highest;
      best[range] = highest;
    }
    codes_of(best, ranges, codes + start);
  }
}
