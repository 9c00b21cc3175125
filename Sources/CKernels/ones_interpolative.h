// Numbers as the places of set bits, and binary interpolative code, written bit after bit.
#pragma once

#include <stddef.h>

#include "bit_writer.h"

static inline void put_unary(bit_writer *writer, const uint32_t *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t rest = values[i];
    for (; rest > 32; rest -= 32) put(writer, 0, 32);
    put(writer, 1ull << (rest - 1), rest);
  }
}

// Bits of the longer code for numbers below `count`, which is at least 2.
static inline uint32_t code_width(uint64_t count) {
  return 64 - (uint32_t)__builtin_clzll(count - 1);
}

static inline void put_below(bit_writer *writer, uint64_t value, uint64_t count) {
  if (count < 2) return;
  uint32_t width = code_width(count);
  uint64_t spare = (1ull << width) - count, sum = value + spare;
  // Above spare: the half of the sum, then its lowest bit.
  uint64_t folded = sum >> 1 | (sum & 1) << (width - 1);
  int is_short = value < spare;
  put(writer, is_short ? value : folded, width - (uint32_t)is_short);
}

static inline void put_interpolative(bit_writer *writer, const uint32_t *values, size_t count,
                                     uint32_t low, uint32_t high) {
  // The halves that are still to come: the middle of each is behind those before it.
  struct {
    const uint32_t *values;
    size_t count;
    uint32_t low, high;
  } rest[64];
  size_t depth = 0;
  while (1) {
    while (count > 0) {
      size_t middle = count / 2;
      uint64_t least = (uint64_t)low + middle, most = (uint64_t)high - (count - 1 - middle);
      uint32_t value = values[middle];
      put_below(writer, value - least, most - least + 1);
      size_t behind = count - middle - 1;
      if (behind > 0) {
        rest[depth].values = values + middle + 1;
        rest[depth].count = behind;
        rest[depth].low = value + 1;
        rest[depth++].high = high;
      }
      count = middle;
      high = value - 1;
    }
    if (depth == 0) return;
    depth--;
    values = rest[depth].values;
    count = rest[depth].count;
    low = rest[depth].low;
    high = rest[depth].high;
  }
}
