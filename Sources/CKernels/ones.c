#include "lede_ones.h"

#include <string.h>

#include "bytes.h"
#include "lede_bitpack.h"
#include "levels.h"
#include "ones_interpolative.h"

#define LEDE_BODY "ones_body.h"
#include "each_level.h"

int lede_unpack_split128(const uint8_t *low, uint32_t bits, const uint8_t *high, size_t high_size,
                         uint32_t base, uint32_t *out) {
  LEDE_DISPATCH(lede_unpack_split128, low, bits, high, high_size, base, out)
}

int lede_unpack_unary(const uint8_t *in, size_t size, size_t count, uint32_t *out) {
  LEDE_DISPATCH(lede_unpack_unary, in, size, count, out)
}

// The bit at which a writer stands, after it has written everything.
static size_t end_of(bit_writer *writer, const uint8_t *out) {
  size_t bit = 8 * (size_t)(writer->out - out) + writer->count;
  put_rest(writer);
  return bit;
}

size_t lede_pack_unary(const uint32_t *values, size_t count, uint8_t *out) {
  bit_writer writer = {out, 0, 0};
  put_unary(&writer, values, count);
  return end_of(&writer, out);
}

size_t lede_pack_interpolative(const uint32_t *values, size_t count, uint32_t low, uint32_t high,
                               uint8_t *out, size_t at) {
  bit_writer writer = bit_writer_at(out, at);
  put_interpolative(&writer, values, count, low, high);
  return end_of(&writer, out);
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
  uint64_t folded = 2 * value + (window >> (width - 1) & 1) - spare;
  // Which of the two it is cannot be guessed: no branch.
  uint64_t is_short = value < spare;
  reader->at += width - is_short;
  return is_short ? value : folded;
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
