// Positions of a term in one document, coded in a number of bits that follows from how often the
// term occurs there (tf) and from the document's length (dl): PostingsFormat.md defines the code.
//
// So a document's entry is reached by adding up the sizes of those before it, and no offsets are
// stored. An entry holds ordinals: 0 is the document's first token, dl - 1 its last.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The lengths of one field by document: 65535 in the column sends to the escapes, pairs of a
// document and its length, ascending.
typedef struct {
  const uint16_t *column;
  const uint32_t *escapes;
  size_t escape_count;
} lede_lengths;

// The bits of a value up to `most`.
static inline uint32_t lede_bits_of(uint32_t most) {
  return most == 0 ? 0 : 32 - (uint32_t)__builtin_clz(most);
}

// Low bits of each value of an entry of three and more.
static inline uint32_t lede_position_low_bits(uint32_t tf, uint32_t dl) {
  uint32_t all = lede_bits_of(dl - tf), rows = lede_bits_of(tf);
  return all > rows ? all - rows : 0;
}

// The size of an entry in bits, 1 <= tf <= dl.
static inline uint64_t lede_position_bits(uint32_t tf, uint32_t dl) {
  uint32_t width = lede_bits_of(dl - 1);
  if (tf == 1) return width;
  if (tf == 2) return 2 * width - 1;
  uint32_t low = lede_position_low_bits(tf, dl);
  return (uint64_t)tf * (low + 1) + ((dl - tf) >> low);
}

// A length in the column that stands for a longer one.
#define LEDE_LENGTH_ESCAPE 65535

// The length of a document that the column sends to the escapes.
uint32_t lede_escaped_length(lede_lengths lengths, uint32_t doc);

// The length of a document.
static inline uint32_t lede_document_length(lede_lengths lengths, uint32_t doc) {
  uint32_t length = lengths.column[doc];
  return __builtin_expect(length == LEDE_LENGTH_ESCAPE, 0) ? lede_escaped_length(lengths, doc) : length;
}

// The sum of the sizes of `count` entries, at most 512. What only damage brings about has some size
// too: a tf of 0 or above dl counts as 1 or dl, a dl of 0 as 1.
uint64_t lede_positions_span(lede_lengths lengths, const uint32_t *docs, const uint32_t *freqs,
                             size_t count);

// Decodes the entry at a bit of `bytes`, into room for tf values: strictly ascending, below dl.
// Returns 0, with `out` in any state, when 1 <= tf <= dl does not hold, when the entry does not end
// within `size` bytes or is none that an encoder makes. Reads nothing behind `size`.
int lede_positions_decode(const uint8_t *bytes, size_t size, uint64_t bit, uint32_t tf, uint32_t dl,
                          uint32_t *out);

// Encodes tf strictly ascending values below dl at a bit of `out`, which is zero from there on and
// has room for the entry. Returns the bit behind it.
uint64_t lede_positions_encode(const uint32_t *values, uint32_t tf, uint32_t dl, uint8_t *out,
                               uint64_t bit);

// Encodes the entries of `count` documents one behind the other, padded to a whole byte, as
// lede_positions_encode makes them: values of one document after the other, lengths by document.
// Writes at most lede_positions_run_room(value_count) bytes and returns how many are the run's;
// SIZE_MAX when the values are not what a run is made of: tf of each document, in sum `value_count`,
// strictly ascending, below its length.
size_t lede_positions_encode_run(const uint32_t *values, size_t value_count, const uint32_t *docs,
                                 const uint32_t *freqs, size_t count, const uint32_t *lengths,
                                 uint8_t *out);

// An ordinal takes at most 32 bits; low bits, mark and rows of many at most 32 and 3 each. Eight
// bytes are written at a time.
static inline size_t lede_positions_run_room(size_t value_count) { return 5 * value_count + 8; }
