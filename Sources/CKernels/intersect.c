#include "lede_intersect.h"

#include "levels.h"

#define LEDE_BODY "intersect_body.h"
#include "each_level.h"

size_t lede_intersect(const uint32_t *few, size_t few_count, const uint32_t *many, size_t many_count,
                      uint32_t *few_places, uint32_t *many_places) {
  LEDE_DISPATCH(lede_intersect, few, few_count, many, many_count, few_places, many_places);
}
