// Values of a block of terms, read one after the other: PostingsFormat.md has their grammar.
//
// To reach a value, those before it are passed, from the middle of its block on if it lies behind: so what
// is read of each stays in registers.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;  // at least eight
  size_t size;
  uint64_t bit;        // the next to read; far behind the last once a number did not fit
  uint32_t doc_width;  // bits of a docID
  uint32_t order;      // of ordinals: those of a term of one document; the first ones of aliases and folds
  uint32_t second;     // surfaces: bits of an occurrence in the positions; folds: the order of gaps
  uint32_t has_positions;
  uint64_t postings, positions;  // where the next value's postings and positions start
  uint64_t surface;              // the surface of the alias before, or the first of the fold before
} lede_values;

// Positions of a term of one document from which on they do not stand in its value.
#define LEDE_MOST_INLINE_POSITIONS 8

// The order of the length of positions that do not.
#define LEDE_SINGLE_LENGTH_ORDER 4

// Where a number did not fit: nothing behind it means anything.
#define LEDE_VALUES_FAILED (UINT64_MAX / 2)

// The next bits, 57 at least where so many are left, and zeros.
static inline uint64_t lede_values_window(const lede_values *values) {
  uint64_t byte = values->bit >> 3, last = values->size - 8;
  if (__builtin_expect(byte > last, 0)) {
    // The word ends with the bytes at the latest.
    uint64_t behind = values->bit - 8 * last, word;
    if (behind >= 64) return 0;
    memcpy(&word, values->bytes + last, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word >> behind;
  }
  uint64_t word;
  memcpy(&word, values->bytes + byte, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word >> (values->bit & 7);
}

// A number of up to 56 bits.
static inline uint64_t lede_next_bits(lede_values *values, uint32_t width) {
  uint64_t number = lede_values_window(values) & ((1ull << width) - 1);
  values->bit += width;
  return number;
}

// A number in exponential Golomb code of an order up to 31: with 2^order added, so many zeros as it has
// bits more than order + 1, a one, and the bits below its highest.
static inline uint64_t lede_next_code(lede_values *values, uint32_t order) {
  uint64_t word = lede_values_window(values);
  uint32_t zeros = word == 0 ? 64 : (uint32_t)__builtin_ctzll(word), width = zeros + order;
  if (__builtin_expect(zeros + 1 + width <= 56, 1)) {
    values->bit += zeros + 1 + width;
    return (word >> (zeros + 1) & ((1ull << width) - 1)) + (1ull << width) - (1ull << order);
  }
  if (width > 56) {
    values->bit = LEDE_VALUES_FAILED;
    return 0;
  }
  values->bit += zeros + 1;
  return lede_next_bits(values, width) + (1ull << width) - (1ull << order);
}

// A number that may be below 0: 0, -1, 1, -2, ... as 0, 1, 2, 3, ...; to be added to an unsigned one.
static inline uint64_t lede_next_difference(lede_values *values, uint32_t order) {
  uint64_t code = lede_next_code(values, order);
  return code >> 1 ^ (0 - (code & 1));
}

static inline uint32_t lede_bits_in(uint64_t number) {
  return number == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(number);
}

// The order of a number that grows with another one, and is mostly less than half of it.
static inline uint32_t lede_order_below(uint64_t number) {
  uint32_t bits = lede_bits_in(number);
  return bits > 3 ? bits - 3 : 0;
}

// About the bytes that a list takes: one and a half bits per document above the logarithm of the average
// gap, and the bits of unary termFreqs, or three where others are used. `more` is the number of
// occurrences above docFreq.
static inline uint64_t lede_postings_estimate(uint32_t doc_width, uint64_t doc_freq,
                                              uint64_t more) {
  uint32_t bits = lede_bits_in(doc_freq);
  uint64_t gap = doc_width > bits ? doc_width - bits : 0;
  uint64_t all = more + doc_freq, most = 4 * doc_freq;
  uint64_t freqs = more == 0 ? 0 : all < most ? all : most;
  return (doc_freq * (2 * gap + 3) / 2 + freqs) / 8 + 1;
}

// About the bytes that the positions of a list take.
static inline uint64_t lede_positions_estimate(uint32_t bits, uint64_t occurrences) {
  return (occurrences * bits + 4) / 8;
}

// What a value says of a list: occurrences above docFreq, bytes of postings and positions.
typedef struct {
  uint64_t more, postings, positions;
} lede_list_lengths;

static inline lede_list_lengths lede_next_lengths(lede_values *values, uint64_t doc_freq) {
  lede_list_lengths lengths = {0, 0, 0};
  lengths.more = lede_next_code(values, lede_order_below(doc_freq));
  uint64_t postings = lede_postings_estimate(values->doc_width, doc_freq, lengths.more);
  lengths.postings = postings + lede_next_difference(values, lede_order_below(postings));
  if (!values->has_positions) return lengths;
  uint64_t positions = lede_positions_estimate(values->second, doc_freq + lengths.more);
  lengths.positions = positions + lede_next_difference(values, lede_order_below(positions));
  return lengths;
}

// Passes the values of surfaces or classes: what stands before the next value's postings, positions and
// surface is added up.
void lede_skip_values(lede_values *values, size_t count);
