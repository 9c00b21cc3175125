#include "lede_ascii.h"

#include <string.h>

#include "levels.h"

// A bit for every byte of a block of 64.
typedef struct {
  uint64_t letters, digits, underscores, mid_letters, mid_numbers;
} classes;

// Appends `base` plus the number of every set bit, eight at a time: a loop that ends after each
// would end at random.
static inline size_t append_ones(uint64_t bits, uint32_t base, uint32_t *out) {
  size_t count = (size_t)__builtin_popcountll(bits);
  for (size_t done = 0; done < count; done += 8) {
    for (size_t i = 0; i < 8; i++) {
      // Past the last one the numbers mean nothing; what comes next overwrites them.
      out[done + i] = base + (uint32_t)__builtin_ctzll(bits | 1ull << 63);
      bits &= bits - 1;
    }
  }
  return count;
}

#define LEDE_BODY "ascii_body.h"
#include "each_level.h"

size_t lede_ascii_runs(uint8_t *text, size_t size, uint32_t base, uint32_t *out) {
  LEDE_DISPATCH(lede_ascii_runs, text, size, base, out)
}
