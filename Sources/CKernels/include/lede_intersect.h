// What two decoded lists share.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Values that the places of an intersection need room for beyond its size.
#define LEDE_INTERSECT_SLACK 16

// The documents that two ascending lists, without duplicates, share, given by their places in each;
// returns how many.
//
// `few_places` and `many_places` have room for few_count + LEDE_INTERSECT_SLACK values. Every document of the first list is compared with a register of the second at once, so the longer
// list should be the second. O(few_count + many_count / 16) with AVX-512.
size_t lede_intersect(const uint32_t *few, size_t few_count, const uint32_t *many, size_t many_count,
                      uint32_t *few_places, uint32_t *many_places);
