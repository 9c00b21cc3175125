#include "ones_of.h"

// Room behind the numbers that find_ones is asked for.
#define ONES_SLACK 64

// Writes the numbers of the first `wanted` (at most 128) set bits; returns how many there were. `out` has
// room for ONES_SLACK more.
static inline size_t LEDE_NAME(find_ones)(const uint8_t *in, size_t size, size_t wanted,
                                          uint32_t *out) {
  size_t found = 0;
  for (size_t at = 0; at < size && found < wanted; at += 8)
    found += LEDE_NAME(ones_of)(load_window(in, at, size), (uint32_t)(8 * at), out + found, 32);
  return found < wanted ? found : wanted;
}

static int LEDE_NAME(lede_unpack_split128)(const uint8_t *low, uint32_t bits, const uint8_t *high,
                                           size_t high_size, uint32_t base, uint32_t *out) {
  uint32_t ones[128 + ONES_SLACK];
  if (LEDE_NAME(find_ones)(high, high_size, 128, ones) < 128) return 0;
  lede_unpack128(low, bits, out);
  for (uint32_t i = 0; i < 128; i++) out[i] = base + (((ones[i] - i) << bits) | out[i]);
  uint32_t falls = out[0] < base;
  for (uint32_t i = 0; i < 127; i++) falls |= out[i] >= out[i + 1];
  return !falls;
}

static int LEDE_NAME(lede_unpack_unary)(const uint8_t *in, size_t size, size_t count,
                                        uint32_t *out) {
  uint32_t ones[1 + 128 + ONES_SLACK];
  // The bit before the first, so that the first is no special case.
  ones[0] = UINT32_MAX;
  if (LEDE_NAME(find_ones)(in, size, count, ones + 1) < count) return 0;
  for (size_t i = 0; i < count; i++) out[i] = ones[i + 1] - ones[i];
  return 1;
}

#undef ONES_SLACK
