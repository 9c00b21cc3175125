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
