// Looks up many short strings in a hash table of strings.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// A string to be looked up: its place among other bytes, of which 15 behind its end are readable.
typedef struct {
  uint32_t start;
  uint16_t length; // at least 1
  uint8_t kind;    // means nothing here
  uint8_t unused;
  uint32_t hash;
} lede_term_key;

// A table with open addressing and linear probing, never full. A slot is hash << 32 | record, 0 if
// empty, and the top bits of the hash are the home slot. A record is a header, length << 32 | number
// with bit 63 of no meaning here, and the string padded with zeros to words; a readable word follows
// the last record.
typedef struct {
  const uint64_t *slots;
  uint32_t slot_bits; // 1 to 32
  const uint64_t *arena;
} lede_term_table;

// Starts loading the home slots of strings.
void lede_terms_prefetch(lede_term_table table, const lede_term_key *keys, size_t count);

// Finds the records of strings by their hashes alone, 0 for none, and starts loading them.
void lede_terms_locate(lede_term_table table, const lede_term_key *keys, size_t count,
                       uint32_t *records);

// Writes the numbers of strings whose records were found and are theirs; stops at the first other.
// Returns how many there are before it.
size_t lede_terms_resolve(lede_term_table table, const uint8_t *bytes, const lede_term_key *keys,
                          size_t count, const uint32_t *records, uint32_t *numbers);

// Eight bytes in the order of memory.
static inline uint64_t lede_term_word(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

// Keeps the first `length` bytes of a word, 1 to 8.
static inline uint64_t lede_term_mask(uint32_t length) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return ~0ull << (64 - 8 * length);
#else
  return ~0ull >> (64 - 8 * length);
#endif
}

// The last 1 to 16 bytes of a string as two words with zeros behind; without a branch on their number,
// which is as good as random.
typedef struct {
  uint64_t first, second;
} lede_term_end;

static inline lede_term_end lede_term_end_of(const uint8_t *bytes, uint32_t length) {
  uint32_t is_long = length > 8;
  lede_term_end end;
  end.first = lede_term_word(bytes) & lede_term_mask(is_long ? 8 : length);
  end.second = lede_term_word(bytes + 8) & (is_long ? lede_term_mask(length - 8 * is_long) : 0);
  return end;
}

// Whether a record is a string's.
static inline int lede_term_equals(const uint64_t *record, const uint8_t *bytes, uint32_t length) {
  if ((record[0] >> 32 & 0x7fffffff) != length) return 0;
  const uint64_t *words = record + 1;
  for (; __builtin_expect(length > 16, 0); length -= 8, words++, bytes += 8) {
    if (*words != lede_term_word(bytes)) return 0;
  }
  lede_term_end end = lede_term_end_of(bytes, length);
  uint64_t second = length > 8 ? words[1] : 0;
  return ((words[0] ^ end.first) | (second ^ end.second)) == 0;
}
