#include "lede_positions.h"

#include "bytes.h"

// Bits gather here, lowest first. Unlike that of bit_writer.h, every put stores eight bytes, for which
// there is room, and moves on by whole ones: entries are so short that a branch on
// how many are full would be taken at random.
typedef struct {
  uint8_t *out;
  uint64_t bits;
  uint32_t count; // below 8 between calls
} entry_writer;

// Appends the lowest `bits` bits, at most 32, of a value that has no others.
static inline void put(entry_writer *writer, uint64_t value, uint32_t bits) {
  uint64_t all = writer->bits | value << writer->count;
  uint32_t count = writer->count + bits;
  store_uint64(writer->out, all);
  writer->out += count >> 3;
  writer->bits = all >> (count & ~7u);
  writer->count = count & 7;
}

// Appends a one behind so many zeros, or the zeros alone.
static inline void put_unary(entry_writer *writer, uint32_t zeros, uint32_t one) {
  for (; zeros > 31; zeros -= 31) put(writer, 0, 31);
  put(writer, (uint64_t)one << zeros, zeros + one);
}

// An entry of three values and more: low bits, then rows in unary.
static void put_rows(entry_writer *writer, const uint32_t *values, uint32_t tf, uint32_t dl) {
  uint32_t low = lede_position_low_bits(tf, dl);
  uint64_t mask = (1ull << low) - 1;
  for (uint32_t i = 0; i < tf; i++) put(writer, (values[i] - i) & mask, low);
  uint32_t row = 0;
  for (uint32_t i = 0; i < tf; i++) {
    uint32_t next = (values[i] - i) >> low;
    put_unary(writer, next - row, 1);
    row = next;
  }
  put_unary(writer, ((dl - tf) >> low) - row, 0);
}

// An entry of one or two values, whose width is given. Two are one of them and the shorter way around
// to the other, as if the text were a ring. Without a branch on how many there are, which is as good
// as random, unless both would not fit a put.
static inline void put_few(entry_writer *writer, const uint32_t *values, uint32_t tf, uint32_t dl,
                           uint32_t width) {
  uint32_t second = tf - 1, first = values[0], last = values[second];
  uint32_t ahead = last - first, around = dl - ahead, is_ahead = ahead <= around;
  uint64_t from = is_ahead ? first : last;
  uint64_t way = (is_ahead ? ahead : around) - second;
  if (__builtin_expect(width > 16, 0)) {
    put(writer, from, width);
    if (second) put(writer, way, width - 1);
  } else {
    put(writer, from | way << width, width + second * (width - 1));
  }
}

static inline int is_entry(const uint32_t *values, uint32_t tf, uint32_t dl) {
  if (tf == 0 || tf > dl || values[tf - 1] >= dl) return 0;
  uint32_t falls = 0;
  for (uint32_t i = 1; i < tf; i++) falls |= values[i - 1] >= values[i];
  return !falls;
}

size_t lede_positions_encode_run(const uint32_t *values, size_t value_count, const uint32_t *docs,
                                 const uint32_t *freqs, size_t count, const uint32_t *lengths,
                                 uint8_t *out) {
  entry_writer writer = {out, 0, 0};
  size_t left = value_count;
  for (size_t i = 0; i < count; i++) {
    uint32_t tf = freqs[i], dl = lengths[docs[i]];
    if (tf > left) return SIZE_MAX;
    if (tf - 1 < 2) {
      uint32_t last = values[tf - 1], falls = (tf == 2) & (last <= values[0]);
      if ((tf > dl) | (last >= dl) | falls) return SIZE_MAX;
      put_few(&writer, values, tf, dl, lede_bits_of(dl - 1));
    } else {
      if (!is_entry(values, tf, dl)) return SIZE_MAX;
      put_rows(&writer, values, tf, dl);
    }
    values += tf;
    left -= tf;
  }
  if (left != 0) return SIZE_MAX;
  if (writer.count > 0) *writer.out++ = (uint8_t)writer.bits;
  return (size_t)(writer.out - out);
}
