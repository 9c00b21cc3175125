// Gathers what a merge keeps of terms of fewer than 128 documents: documents and termFreqs are decoded,
// entries of positions go over as the bits they are.
#pragma once

#include "lede_positions.h"
#include "lede_term.h"

// The postings of one field of a segment.
typedef struct {
  const uint8_t *postings;
  size_t postings_size;
  const uint8_t *positions;
  size_t positions_size;
  lede_lengths lengths;
  uint32_t doc_count;
} lede_list_source;

// Documents of a list that is decoded at once.
#define LEDE_SHORT_LIST 128

// Decodes the postings of a term, into room for 128; returns how many there are. Returns 0 unless the
// documents ascend strictly below doc_count and each termFreq is at least 1.
size_t lede_gather_postings(const lede_list_source *source, const lede_term *term, uint32_t *docs,
                            uint32_t *freqs);

// Where entries are, in one run.
typedef struct {
  const uint8_t *bytes;
  uint64_t bit, end;
} lede_entries;

// Bytes for entries that stand in the dictionary as ordinals.
#define LEDE_ENTRY_SCRATCH 64

// Finds the entries of a term, the first of them that of `doc`. Returns 0 when that makes no sense.
int lede_find_entries(const lede_list_source *source, const lede_term *term, uint32_t doc,
                      uint8_t *scratch, lede_entries *entries);

// Postings of a term, one source after the other.
typedef struct {
  uint32_t *docs, *freqs;
  size_t count;
  uint8_t *bits;
  uint64_t bit_count;
} lede_gathered;

// Bytes that the entries of a term take at most, with what copying them may overwrite.
static inline size_t lede_entries_room(uint64_t positions_size) {
  return (size_t)positions_size + LEDE_ENTRY_SCRATCH;
}

// Appends the postings of a term of a source whose documents all move up by `base`, and its entries if
// it has positions, where there is room for 128 postings and for the entries. Returns 0, with nothing
// appended, when the bytes make no sense.
int lede_gather(const lede_list_source *source, const lede_term *term, uint32_t base,
                int has_positions, lede_gathered *out);
