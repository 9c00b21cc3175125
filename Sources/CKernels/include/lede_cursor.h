// Walks the keys of one dictionary in their order, and reads the values that are wanted.
//
// Blocks are handed in one after the other. Whatever the bytes, keys ascend and are not empty.
#pragma once

#include "lede_term.h"

// What keys are compared by first, as a number of 128 bits: twelve bytes, zeros behind a shorter key;
// a mark, the length up to 12, or LEDE_LONG_KEY; and who has the key, in 24 bits.
typedef struct {
  uint64_t high, low;
} lede_key_head;

enum { LEDE_HEAD_BYTES = 12, LEDE_LONG_KEY = 13, LEDE_NO_KEY = 255, LEDE_HEAD_SOURCE_BITS = 24 };

typedef struct {
  const uint8_t *bytes;  // up to the end of the block
  size_t size;
  size_t at, keys_end;   // where the next key stands, and where the block's keys end
  uint64_t prefix;       // which the block's first key shares some bytes of
  uint32_t left;         // keys of the block that were not read yet
  int is_first;          // whether the next key is the block's first
  uint32_t ordinal;      // of the key
  uint32_t next_value;   // the ordinal of the value at which `values` stands
  lede_values values;
  // The key, and the one before it, by turns; behind each are LEDE_KEY_SLACK bytes of room.
  uint8_t *keys[2];
  uint32_t turn;         // which one is the key
  size_t length;         // of the key
  lede_key_head head;    // of the key
} lede_term_cursor;

// Bytes behind a key that may be read and written.
#define LEDE_KEY_SLACK 16

enum {
  LEDE_KEYS_DONE,
  LEDE_KEYS_BLOCK,      // the block has no more keys
  LEDE_KEYS_CUT_OFF,    // a key is cut off
  LEDE_KEYS_UNSORTED,   // keys do not ascend
  LEDE_KEYS_BAD_VALUE,  // a value makes no sense
};

// Moves to the next key of the block; the source's number stays in the head.
int lede_cursor_next(lede_term_cursor *cursor);

// Moves behind the last key.
void lede_cursor_end(lede_term_cursor *cursor);

// Reads the value of the key, once; passes those that were not read.
int lede_cursor_term(lede_term_cursor *cursor, lede_term *term);

// A key to be compared with those of cursors.
typedef struct {
  lede_key_head head;
  const uint8_t *bytes;
  size_t length;
} lede_key;

lede_key lede_key_of(const void *bytes, size_t length);

// Compares the bytes of two keys behind their heads' bytes, which are the same: below 0, 0, above.
int lede_key_tails(const uint8_t *left, size_t left_length, const uint8_t *right,
                   size_t right_length);

// Whether two heads say the same of their keys.
static inline int lede_heads_tie(lede_key_head left, lede_key_head right) {
  return left.high == right.high && (left.low ^ right.low) >> LEDE_HEAD_SOURCE_BITS == 0;
}

static inline int lede_head_is_long(lede_key_head head) {
  return (head.low >> LEDE_HEAD_SOURCE_BITS & 255) == LEDE_LONG_KEY;
}

static inline int lede_head_precedes(lede_key_head left, lede_key_head right) {
  return ((unsigned __int128)left.high << 64 | left.low) <
         ((unsigned __int128)right.high << 64 | right.low);
}

// Compares a cursor's key with another one: below 0, 0, above.
static inline int lede_cursor_compare(const lede_term_cursor *cursor, const lede_key *key) {
  if (!lede_heads_tie(cursor->head, key->head))
    return lede_head_precedes(cursor->head, key->head) ? -1 : 1;
  if (!lede_head_is_long(key->head)) return 0;
  return lede_key_tails(cursor->keys[cursor->turn], cursor->length, key->bytes, key->length);
}
