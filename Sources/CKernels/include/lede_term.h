// What the dictionary says of one term: PostingsFormat.md has the grammar of values.
#pragma once

#include "lede_values.h"

typedef struct {
  uint32_t doc_freq;  // 0: a class that stands for a surface
  uint32_t doc;       // of a docFreq of 1
  uint64_t more;      // occurrences above docFreq
  // Where the term's bytes begin in the two sections, and how many there are.
  uint64_t postings, postings_size;
  uint64_t positions, positions_size;
  uint32_t surface;  // the ordinal that such a class stands for
  uint32_t ordinals[LEDE_MOST_INLINE_POSITIONS];  // of a docFreq of 1, where they are no more
} lede_term;

// Whether the positions of a term of one document stand in the dictionary.
static inline int lede_is_inline(const lede_term *term) {
  return term->more < LEDE_MOST_INLINE_POSITIONS;
}

// Reads the value of a surface or class and moves past it; 0 when it makes no sense.
int lede_next_term(lede_values *values, lede_term *term);

// Terms of a block of the dictionary.
#define LEDE_TERM_BLOCK 32

// The place from which on values can be read without those before it, in blocks that have more.
#define LEDE_TERM_MIDDLE 16

// A value takes at most 650 bits; a byte and five numbers stand before the values.
#define LEDE_TERMS_HEAD 56
#define LEDE_TERMS_BYTES 2744

// Encodes the values of a block of surfaces (`has_positions`) or classes, whose postings and positions
// start where stated, and follow each other. Returns the bytes written, at most LEDE_TERMS_BYTES.
size_t lede_encode_terms(const lede_term *terms, size_t count, uint32_t doc_width,
                         int has_positions, uint64_t postings, uint64_t positions, uint8_t *out);
