#include "lede_bitpack.h"

#include <string.h>

#include "bytes.h"

// Vector extensions of clang and gcc: SSE2 on any x86-64, NEON on any arm64, scalar code elsewhere.
typedef uint32_t row4 __attribute__((vector_size(16)));

static inline row4 load_row(const uint8_t *at) {
  row4 row;
  memcpy(&row, at, sizeof row);
  return row;
}

static inline void store_row(void *at, row4 row) { memcpy(at, &row, sizeof row); }

uint32_t lede_bits_needed(const uint32_t *values, size_t count) {
  uint32_t any = 0;
  for (size_t i = 0; i < count; i++) any |= values[i];
  return any == 0 ? 0 : 32 - (uint32_t)__builtin_clz(any);
}

void lede_pack128(const uint32_t *values, uint32_t bits, uint8_t *out) {
  if (bits == 0) return;
  row4 word = {0, 0, 0, 0};
  uint32_t filled = 0;
  for (int r = 0; r < 32; r++) {
    row4 row = load_row((const uint8_t *)(values + 4 * r));
    word |= row << filled;
    filled += bits;
    if (filled < 32) continue;
    store_row(out, word);
    out += 16;
    filled -= 32;
    // What did not fit; a shift by the whole width would be undefined.
    word = filled == 0 ? (row4){0, 0, 0, 0} : row >> (bits - filled);
  }
}

// Row r of a block of constant width: every shift is a constant once inlined and unrolled.
static inline __attribute__((always_inline)) row4 unpack_row(const uint8_t *in, unsigned bits,
                                                             unsigned r) {
  unsigned first = r * bits, word = first / 32, shift = first % 32;
  row4 row = load_row(in + 16 * word) >> shift;
  if (shift + bits > 32) row |= load_row(in + 16 * (word + 1)) << (32 - shift);
  return bits == 32 ? row : row & (uint32_t)((1ull << bits) - 1);
}

static inline __attribute__((always_inline)) void unpack_width(const uint8_t *in, unsigned bits,
                                                               uint32_t *out) {
#pragma clang loop unroll(full)
  for (unsigned r = 0; r < 32; r++) store_row(out + 4 * r, unpack_row(in, bits, r));
}

static inline __attribute__((always_inline)) row4 prefix_row(row4 row, row4 carried) {
  row4 zero = {0, 0, 0, 0};
  row += __builtin_shufflevector(zero, row, 0, 4, 5, 6);
  row += __builtin_shufflevector(zero, row, 0, 1, 4, 5);
  return row + carried;
}

static inline __attribute__((always_inline)) void ascend_width(const uint8_t *in, unsigned bits,
                                                               uint32_t base, uint32_t *out) {
  row4 carried = {base - 1, base - 1, base - 1, base - 1};
#pragma clang loop unroll(full)
  for (unsigned r = 0; r < 32; r++) {
    row4 sums = prefix_row(unpack_row(in, bits, r) + 1, carried);
    store_row(out + 4 * r, sums);
    carried = __builtin_shufflevector(sums, sums, 3, 3, 3, 3);
  }
}

// One case per width, so that the compiler sees constant shifts.
#define EACH_WIDTH(CASE)                                                                       \
  CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11)    \
  CASE(12) CASE(13) CASE(14) CASE(15) CASE(16) CASE(17) CASE(18) CASE(19) CASE(20) CASE(21)    \
  CASE(22) CASE(23) CASE(24) CASE(25) CASE(26) CASE(27) CASE(28) CASE(29) CASE(30) CASE(31)    \
  CASE(32)

void lede_unpack128(const uint8_t *in, uint32_t bits, uint32_t *out) {
  switch (bits) {
#define CASE(n) case n: unpack_width(in, n, out); return;
    EACH_WIDTH(CASE)
#undef CASE
    default: memset(out, 0, 128 * sizeof *out);
  }
}

void lede_unpack128_ascending(const uint8_t *in, uint32_t bits, uint32_t base, uint32_t *out) {
  switch (bits) {
#define CASE(n) case n: ascend_width(in, n, base, out); return;
    EACH_WIDTH(CASE)
#undef CASE
    default:
      for (uint32_t i = 0; i < 128; i++) out[i] = base + i;
  }
}

size_t lede_pack_run(const uint32_t *values, size_t count, uint32_t bits, uint8_t *out) {
  uint64_t held = 0;
  uint32_t filled = 0;
  uint8_t *at = out;
  for (size_t i = 0; i < count; i++) {
    held |= (uint64_t)values[i] << filled;
    filled += bits;
    for (; filled >= 8; filled -= 8, held >>= 8) *at++ = (uint8_t)held;
  }
  if (filled > 0) *at++ = (uint8_t)held;
  return (size_t)(at - out);
}

void lede_unpack_run(const uint8_t *in, size_t available, size_t count, uint32_t bits,
                     uint32_t *out) {
  if (bits == 0) {
    memset(out, 0, count * sizeof *out);
    return;
  }
  uint64_t mask = (1ull << bits) - 1;
  for (size_t i = 0, bit = 0; i < count; i++, bit += bits)
    out[i] = (uint32_t)((load_window(in, bit >> 3, available) >> (bit & 7)) & mask);
}
