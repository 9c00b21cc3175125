// Sets of documents as bits, and the blocks of a postings list as such sets.
//
// A window covers documents low ..< high, low a multiple of 64: bit i of word w is document
// low + 64 w + i. Every level of instructions gives the same bits.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The blocks of 128 documents of a long list as they lie in the mapped segment; their layout is that of
// PostingsFormat.md. Kernels check what they read: a block that does not fit, or whose documents do not
// ascend from the end of the one before to its stated last, is left to the caller, who reports it.
typedef struct {
  const uint8_t *last_docs;      // u32 for each block
  const uint8_t *group_offsets;  // u32 for each group of 32 blocks: where it starts in `blocks`
  const uint8_t *offsets;        // u16 for each block: where it starts in its group
  const uint8_t *blocks;         // what follows the directory
  size_t size;                   // bytes from there to the list's end
  size_t full;                   // blocks of 128 documents
} lede_blocks;

// Unpacks the documents of full blocks from `block` on, up to `end` or one that is damaged or does not lie below
// `doc_count`; returns that one's number. `docs` has room for 128 documents a block.
size_t lede_block_docs(lede_blocks list, size_t block, size_t end, uint32_t doc_count, uint32_t *docs);

// Writes the bits of whole blocks that lie in the window: from `block` on, up to the first that is not
// full, does not lie inside, or is damaged; returns that one's number. Words up to `*filled` are valid
// before and after; `window` has room for 8 words past its end, which may be overwritten.
size_t lede_fill_window(lede_blocks list, size_t block, uint32_t low, uint32_t high,
                        uint64_t *window, size_t *filled);

// The same on a window that is valid as a whole: sets the blocks' documents, or clears them.
size_t lede_mark_window(lede_blocks list, size_t block, uint32_t low, uint32_t high,
                        uint64_t *window);
size_t lede_clear_window(lede_blocks list, size_t block, uint32_t low, uint32_t high,
                         uint64_t *window);

// Where a filter of ascending documents stands.
typedef struct {
  size_t block;  // of the list: never falls
  size_t done;   // documents looked at
  size_t kept;   // documents kept, at the front
} lede_filter;

// Keeps the documents that are in the list (`wanted` 1), or not in it (0). Stops before the first
// whose block is not full or is damaged. `scratch` has room for 128 documents.
lede_filter lede_filter_docs(lede_blocks list, lede_filter filter, uint32_t *docs, size_t count,
                             uint32_t wanted, uint32_t *scratch);

// Keeps the documents whose bit in a window from document `low` on is `wanted`. Returns how many.
size_t lede_filter_by_bits(uint32_t *docs, size_t count, uint32_t low, const uint64_t *window,
                           uint32_t wanted);

// Sets or clears documents, each at least `low`.
void lede_set_bits(const uint32_t *docs, size_t count, uint32_t low, uint64_t *window);
void lede_clear_bits(const uint32_t *docs, size_t count, uint32_t low, uint64_t *window);

// words[i] |= others[i]; words[i] &= others[i].
void lede_or_words(uint64_t *words, const uint64_t *others, size_t count);
void lede_and_words(uint64_t *words, const uint64_t *others, size_t count);

// The number of set bits, and of those set in both.
size_t lede_count_words(const uint64_t *words, size_t count);
size_t lede_count_common(const uint64_t *words, const uint64_t *others, size_t count);

// Merges two ascending runs without duplicates; documents in both are written once. Returns how many.
size_t lede_merge_docs(const uint32_t *left, size_t left_count, const uint32_t *right,
                       size_t right_count, uint32_t *out);

// Writes the numbers of the set bits, plus `base`, of `words` little-endian 64-bit words at any
// address. The caller has checked that at most 128 bits are set. Returns how many were written.
size_t lede_expand_bitset(const uint8_t *in, size_t words, uint32_t base, uint32_t *out);

// The number of set bits in `words` 64-bit words at any address.
size_t lede_count_bits(const uint8_t *in, size_t words);
