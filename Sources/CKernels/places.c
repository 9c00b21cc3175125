#include "lede_places.h"

#include "levels.h"

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
