#include "lede_ascii.h"

#include <string.h>

#include "levels.h"

// A bit for every byte of a block of 64.
typedef struct {
  uint64_t letters, digits, underscores, mid_letters, mid_numbers;
} classes;

#define LEDE_BODY "ascii_body.h"
#include "each_level.h"

size_t lede_ascii_runs(uint8_t *text, size_t size, uint32_t base, uint32_t *out) {
  LEDE_DISPATCH(lede_ascii_runs, text, size, base, out)
}
