#include "bit_writer.h"
#include "lede_positions.h"

// An entry of three values and more: low bits, then rows in unary.
static void put_rows(bit_writer *writer, const uint32_t *values, uint32_t tf, uint32_t dl) {
  uint32_t low = lede_position_low_bits(tf, dl);
  uint64_t mask = (1ull << low) - 1;
  for (uint32_t i = 0; i < tf; i++) put(writer, (values[i] - i) & mask, low);
  uint32_t row = 0;
  for (uint32_t i = 0; i < tf; i++) {
    uint32_t next = (values[i] - i) >> low;
    put_zeros(writer, next - row);
    put(writer, 1, 1);
    row = next;
  }
  put_zeros(writer, ((dl - tf) >> low) - row);
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
  bit_writer writer = {out, 0, 0};
  size_t left = value_count;
  for (size_t i = 0; i < count; i++) {
    uint32_t tf = freqs[i], dl = lengths[docs[i]];
    if (tf > left || !is_entry(values, tf, dl)) return SIZE_MAX;
    if (tf == 1) {
      put(&writer, values[0], lede_bits_of(dl - 1));
    } else if (tf == 2) {
      // The shorter way around from one to the other, as if the text were a ring.
      uint32_t width = lede_bits_of(dl - 1);
      uint32_t ahead = values[1] - values[0], around = dl - ahead;
      put(&writer, ahead <= around ? values[0] : values[1], width);
      put(&writer, (ahead <= around ? ahead : around) - 1, width - 1);
    } else {
      put_rows(&writer, values, tf, dl);
    }
    values += tf;
    left -= tf;
  }
  if (left != 0) return SIZE_MAX;
  return (size_t)(put_rest(&writer) - out);
}
