#include "lede_ones.h"

#include <string.h>

#include "bytes.h"
#include "lede_bitpack.h"
#include "levels.h"

#if LEDE_HAS_LEVELS
// 0 to 63.
static const uint8_t bytes_in_order[64] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
#endif

#define LEDE_BODY "ones_body.h"
#include "each_level.h"

int lede_unpack_split128(const uint8_t *low, uint32_t bits, const uint8_t *high, size_t high_size,
                         uint32_t base, uint32_t *out) {
  LEDE_DISPATCH(lede_unpack_split128, low, bits, high, high_size, base, out)
}

int lede_unpack_unary(const uint8_t *in, size_t size, size_t count, uint32_t *out) {
  LEDE_DISPATCH(lede_unpack_unary, in, size, count, out)
}

size_t lede_pack_unary(const uint32_t *values, size_t count, uint8_t *out) {
  size_t end = 0;
  for (size_t i = 0; i < count; i++) {
    end += values[i];
    out[(end - 1) / 8] |= (uint8_t)(1u << ((end - 1) % 8));
  }
  return end;
}

// Binary interpolative code.

static size_t put_bits(uint8_t *out, size_t at, uint64_t value, uint32_t width) {
  for (uint32_t done = 0; done < width;) {
    uint32_t in_byte = (uint32_t)(at % 8);
    uint32_t taken = width - done < 8 - in_byte ? width - done : 8 - in_byte;
    out[at / 8] |= (uint8_t)(((value >> done) & ((1u << taken) - 1)) << in_byte);
    done += taken;
    at += taken;
  }
  return at;
}

// Bits of the longer code for numbers below `count`, which is at least 2.
static inline uint32_t code_width(uint64_t count) {
  return 64 - (uint32_t)__builtin_clzll(count - 1);
}

static size_t put_below(uint8_t *out, size_t at, uint64_t value, uint64_t count) {
  if (count < 2) return at;
  uint32_t width = code_width(count);
  uint64_t spare = (1ull << width) - count;
  if (value < spare) return put_bits(out, at, value, width - 1);
  at = put_bits(out, at, (value + spare) >> 1, width - 1);
  return put_bits(out, at, (value + spare) & 1, 1);
}

size_t lede_pack_interpolative(const uint32_t *values, size_t count, uint32_t low, uint32_t high,
                               uint8_t *out, size_t at) {
  if (count == 0) return at;
  size_t middle = count / 2;
  uint64_t least = (uint64_t)low + middle;
  uint64_t most = (uint64_t)high - (count - 1 - middle);
  at = put_below(out, at, values[middle] - least, most - least + 1);
  if (middle > 0)
    at = lede_pack_interpolative(values, middle, low, values[middle] - 1, out, at);
  if (middle + 1 < count)
    at = lede_pack_interpolative(values + middle + 1, count - middle - 1, values[middle] + 1, high,
                                 out, at);
  return at;
}

typedef struct {
  const uint8_t *in;
  size_t size;
  size_t at;
} bit_reader;

// Past the end there are zeros; the end is checked once, at last.
static inline uint64_t take_below(bit_reader *reader, uint64_t count) {
  if (count < 2) return 0;
  uint32_t width = code_width(count);
  uint64_t spare = (1ull << width) - count;
  uint64_t window = reader->at / 8 < reader->size
                        ? load_window(reader->in, reader->at / 8, reader->size)
                        : 0;
  window >>= reader->at % 8;
  uint64_t value = window & ((1ull << (width - 1)) - 1);
  if (value < spare) {
    reader->at += width - 1;
    return value;
  }
  reader->at += width;
  return 2 * value + ((window >> (width - 1)) & 1) - spare;
}

static void take_interpolative(bit_reader *reader, size_t count, uint32_t low, uint32_t high,
                               uint32_t *out) {
  while (count > 0) {
    size_t middle = count / 2;
    uint64_t least = (uint64_t)low + middle;
    uint64_t most = (uint64_t)high - (count - 1 - middle);
    uint32_t value = (uint32_t)(least + take_below(reader, most - least + 1));
    out[middle] = value;
    if (middle > 0) take_interpolative(reader, middle, low, value - 1, out);
    out += middle + 1;
    count -= middle + 1;
    low = value + 1;
  }
}

size_t lede_unpack_interpolative(const uint8_t *in, size_t size, size_t at, size_t count,
                                 uint32_t low, uint32_t high, uint32_t *out) {
  bit_reader reader = {in, size, at};
  take_interpolative(&reader, count, low, high, out);
  return reader.at <= 8 * size ? reader.at : SIZE_MAX;
}
