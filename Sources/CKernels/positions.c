#include "lede_phrase.h"

#include <string.h>

#include "levels.h"
#include "positions_decode.h"

uint32_t lede_escaped_length(lede_lengths lengths, uint32_t doc) {
  size_t low = 0, high = lengths.escape_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (lengths.escapes[2 * middle] < doc) low = middle + 1;
    else high = middle;
  }
  // An escape that is missing is damage that verification finds; the column is the best answer.
  if (low == lengths.escape_count || lengths.escapes[2 * low] != doc) return LEDE_LENGTH_ESCAPE;
  return lengths.escapes[2 * low + 1];
}

// The general case: numbers of any size.
static uint64_t span_of_long(lede_lengths lengths, const uint32_t *docs, const uint32_t *freqs,
                             size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t dl = lede_document_length(lengths, docs[i]);
    if (dl == 0) dl = 1;
    uint32_t tf = freqs[i] < dl ? freqs[i] : dl;
    sum += lede_position_bits(tf == 0 ? 1 : tf, dl);
  }
  return sum;
}

#define LEDE_BODY "positions_body.h"
#include "each_level.h"

uint64_t lede_positions_span(lede_lengths lengths, const uint32_t *docs, const uint32_t *freqs,
                             size_t count) {
  // Rare terms: vectors would take longer to set up.
  if (count <= 4) return span_of_long(lengths, docs, freqs, count);
  LEDE_DISPATCH(lede_positions_span, lengths, docs, freqs, count)
}

void lede_position_starts(lede_lengths lengths, const uint32_t *docs, const uint32_t *freqs,
                          uint32_t from, uint64_t start, const uint32_t *places,
                          size_t place_count, uint64_t *out) {
  LEDE_DISPATCH(lede_position_starts, lengths, docs, freqs, from, start, places, place_count, out)
}

int lede_positions_decode(const uint8_t *bytes, size_t size, uint64_t bit, uint32_t tf, uint32_t dl,
                          uint32_t *out) {
  return decode_entry(bytes, size, bit, tf, dl, out);
}

// Adds the lowest `bits` bits of a value, at most 32, to bytes that are zero there.
static void put(uint8_t *out, uint64_t bit, uint64_t value, uint32_t bits) {
  value <<= bit & 7;
  for (uint64_t at = bit >> 3, end = (bit + bits + 7) >> 3; at < end; at++, value >>= 8)
    out[at] |= (uint8_t)value;
}

uint64_t lede_positions_encode(const uint32_t *values, uint32_t tf, uint32_t dl, uint8_t *out,
                               uint64_t bit) {
  uint32_t width = lede_bits_of(dl - 1);
  uint64_t end = bit + lede_position_bits(tf, dl);
  if (tf == 1) {
    put(out, bit, values[0], width);
  } else if (tf == 2) {
    // The shorter way around from one to the other, as if the text were a ring.
    uint32_t ahead = values[1] - values[0], around = dl - ahead;
    put(out, bit, ahead <= around ? values[0] : values[1], width);
    put(out, bit + width, (ahead <= around ? ahead : around) - 1, width - 1);
  } else {
    uint32_t low = lede_position_low_bits(tf, dl);
    uint64_t rows = bit + (uint64_t)tf * low;
    for (uint32_t i = 0; i < tf; i++, bit += low) {
      uint32_t value = values[i] - i;
      put(out, bit, value & (uint32_t)((1ull << low) - 1), low);
      uint64_t mark = rows + (value >> low) + i;
      out[mark >> 3] |= (uint8_t)(1u << (mark & 7));
    }
  }
  return end;
}
