#include "lede_places.h"

#include <string.h>

#include "lede_intersect.h"
#include "lede_score.h"
#include "levels.h"

// Documents that are looked up at once.
#define SEARCHED 512

// Whether comparing a stretch of a list as it is costs less than searching it for each document.
static inline int passes(size_t length, size_t count) {
  return length == 0 || length <= 64 * count;
}

#define LEDE_BODY "places_body.h"
#include "each_level.h"

void lede_list_scores(const uint32_t *list, size_t size, const float *scores, const uint32_t *docs,
                      size_t count, float *result, uint32_t *found) {
  LEDE_DISPATCH(lede_list_scores, list, size, scores, docs, count, result, found);
}

void lede_list_freqs(const uint32_t *list, size_t size, const uint32_t *freqs, const uint32_t *docs,
                     size_t count, uint32_t *result, uint32_t *places) {
  LEDE_DISPATCH(lede_list_freqs, list, size, freqs, docs, count, result, places);
}

size_t lede_list_without(const uint32_t *list, size_t size, uint32_t *docs, float *scores,
                         size_t count) {
  LEDE_DISPATCH(lede_list_without, list, size, docs, scores, count)
}
