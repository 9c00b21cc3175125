// Decoding of one entry of positions; here so that every level of the phrase kernels inlines it.
#pragma once

#include "bytes.h"
#include "lede_positions.h"

// At least 57 bits from any bit on.
static inline uint64_t positions_window(const uint8_t *bytes, size_t size, uint64_t bit) {
  return load_window(bytes, bit >> 3, size) >> (bit & 7);
}

static inline int decode_pair(uint64_t window, uint64_t more, uint32_t dl, uint32_t *out) {
  uint32_t width = lede_bits_of(dl - 1);
  uint32_t from = (uint32_t)(window & ((1ull << width) - 1));
  uint32_t ahead = (uint32_t)(more & ((1ull << (width - 1)) - 1)) + 1;
  if (from >= dl || ahead > dl / 2) return 0;
  // The ring is dl long: below zero is before its start. No sum overflows 64 bits.
  uint64_t sum = (uint64_t)from + ahead;
  uint32_t to = (uint32_t)(sum >= dl ? sum - dl : sum);
  out[0] = from < to ? from : to;
  out[1] = from < to ? to : from;
  return 1;
}

// Elias and Fano: the low bits of all values, then their rows in unary.
static inline int decode_many(const uint8_t *bytes, size_t size, uint64_t bit, uint32_t tf,
                              uint32_t dl, uint32_t *out) {
  uint32_t low = lede_position_low_bits(tf, dl);
  uint64_t rows = bit + (uint64_t)tf * low, end = rows + tf + ((dl - tf) >> low);
  uint64_t mask = (1ull << low) - 1;
  uint32_t found = 0;
  for (uint64_t at = rows; found < tf && at < end; at += 56) {
    uint64_t marks = positions_window(bytes, size, at) & ((1ull << 56) - 1);
    for (; marks != 0 && found < tf; marks &= marks - 1, found++, bit += low) {
      // at - rows + tz - found: the zeros before this mark.
      uint64_t row = at - rows + (uint64_t)__builtin_ctzll(marks) - found;
      uint64_t value = (row << low) | (positions_window(bytes, size, bit) & mask);
      if (value > dl - tf || (found > 0 && value + found <= out[found - 1])) return 0;
      out[found] = (uint32_t)value + found;
    }
  }
  return found == tf;
}

static inline int decode_entry(const uint8_t *bytes, size_t size, uint64_t bit, uint32_t tf,
                               uint32_t dl, uint32_t *out) {
  if (tf == 0 || tf > dl) return 0;
  // Compared so that nothing wraps: sizes of sections are far below 2^60.
  uint64_t bits = lede_position_bits(tf, dl), available = (uint64_t)size * 8;
  if (bit > available || bits > available - bit) return 0;
  if (tf > 2) return decode_many(bytes, size, bit, tf, dl, out);
  uint64_t window = positions_window(bytes, size, bit);
  uint32_t width = lede_bits_of(dl - 1);
  if (tf == 1) {
    out[0] = (uint32_t)(window & ((1ull << width) - 1));
    return out[0] < dl;
  }
  uint64_t more = width <= 28 ? window >> width : positions_window(bytes, size, bit + width);
  return decode_pair(window, more, dl, out);
}
