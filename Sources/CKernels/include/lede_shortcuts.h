// What a dictionary says of its frequent terms, by their hash: PostingsFormat.md has the grammar.
//
// Most words of queries are among a few thousand terms. Of these a table says all that there is to know, so that
// neither blocks of keys nor the values before it are gone through.
#pragma once

#include "lede_term.h"

// Bytes that a term with a shortcut has at most.
#define LEDE_SHORTCUT_MOST 31

// The parts of a shortcut, in their order: the ordinal, docFreq, occurrences above it, and where the bytes in the
// two sections begin and how many there are.
enum {
  LEDE_SHORTCUT_ORDINAL,
  LEDE_SHORTCUT_DOC_FREQ,
  LEDE_SHORTCUT_MORE,
  LEDE_SHORTCUT_POSTINGS,
  LEDE_SHORTCUT_POSTINGS_SIZE,
  LEDE_SHORTCUT_POSITIONS,
  LEDE_SHORTCUT_POSITIONS_SIZE,
  LEDE_SHORTCUT_PARTS
};

typedef struct {
  const uint8_t *starts;  // by bucket, where its entries start, and the end of the last: u32
  const uint8_t *entries;
  size_t size;  // bytes of the entries, and eight behind them
  uint32_t bucket_bits;  // below 32
  uint8_t widths[LEDE_SHORTCUT_PARTS];  // bits of each part, 56 at most
} lede_shortcuts;

typedef struct {
  uint64_t parts[LEDE_SHORTCUT_PARTS];
} lede_shortcut;

// The bucket of a term; `name_space` is below 8.
uint32_t lede_shortcut_bucket(uint32_t bucket_bits, uint32_t name_space, const uint8_t *term,
                              size_t length);

// Bytes of an entry's parts, behind its tag and term.
size_t lede_shortcut_size(const lede_shortcuts *table);

// Writes an entry; returns its end, in room for 1 + length + lede_shortcut_size bytes.
uint8_t *lede_put_shortcut(const lede_shortcuts *table, uint32_t name_space, const uint8_t *term,
                           size_t length, const lede_shortcut *shortcut, uint8_t *out);

// Starts loading what a look-up of a term reads.
void lede_prefetch_shortcut(const lede_shortcuts *table, uint32_t name_space, const uint8_t *term,
                            size_t length);

// What the dictionary says of a term; 0 where it has no shortcut, or the table makes no sense.
int lede_find_shortcut(const lede_shortcuts *table, uint32_t name_space, const uint8_t *term,
                       size_t length, lede_shortcut *found);
