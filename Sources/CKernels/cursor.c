#include "lede_cursor.h"

#include <string.h>

#include "bytes.h"

static inline uint64_t load_big_endian(const uint8_t *at) {
  return __builtin_bswap64(load_uint64(at));
}

// The first `length` of eight bytes, zeros behind.
static inline uint64_t leading_bytes(uint64_t number, size_t length) {
  return length >= 8 ? number : length == 0 ? 0 : number & ~(~0ull >> (8 * length));
}

static const uint64_t source_mask = (1ull << LEDE_HEAD_SOURCE_BITS) - 1;

// Sixteen bytes can be read, whatever the length.
static inline lede_key_head head_of(const uint8_t *key, size_t length, uint64_t source) {
  size_t low_length = length > 8 ? length - 8 : 0;
  uint64_t mark = length > LEDE_HEAD_BYTES ? LEDE_LONG_KEY : length;
  uint64_t low = leading_bytes(load_big_endian(key + 8), low_length < 4 ? low_length : 4);
  return (lede_key_head){leading_bytes(load_big_endian(key), length),
                         low | mark << LEDE_HEAD_SOURCE_BITS | source};
}

lede_key lede_key_of(const void *bytes, size_t length) {
  uint8_t first[16] = {0};
  if (length > 0) memcpy(first, bytes, length < 16 ? length : 16);
  return (lede_key){head_of(first, length, 0), bytes, length};
}

int lede_key_tails(const uint8_t *left, size_t left_length, const uint8_t *right,
                   size_t right_length) {
  size_t shared = left_length < right_length ? left_length : right_length;
  int order = shared > LEDE_HEAD_BYTES ? memcmp(left + LEDE_HEAD_BYTES, right + LEDE_HEAD_BYTES,
                                                shared - LEDE_HEAD_BYTES)
                                       : 0;
  if (order != 0) return order;
  return left_length < right_length ? -1 : left_length > right_length;
}

// The rest of a length that its half byte cannot state.
static size_t take_more(lede_term_cursor *cursor, int *failed) {
  uint64_t value = 0;
  for (uint32_t shift = 0; shift < 35 && cursor->at < cursor->keys_end; shift += 7) {
    uint8_t byte = cursor->bytes[cursor->at++];
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *failed |= value > UINT32_MAX;
      return (size_t)value;
    }
  }
  *failed = 1;
  return 0;
}

// Copies bytes to where sixteen can be written, mostly by one load that reads as many.
static inline void copy_short(uint8_t *out, const uint8_t *in, size_t length, int may_read_more) {
  if (length <= 16 && may_read_more) {
    // Two words, which no compiler makes one call of together with the other case.
    uint64_t words[2];
    memcpy(words, in, 8);
    memcpy(words + 1, in + 8, 8);
    memcpy(out, words, 8);
    memcpy(out + 8, words + 1, 8);
  } else {
    memcpy(out, in, length);
  }
}

static inline int ascends(lede_key_head before, const uint8_t *key_before, size_t length_before,
                          lede_key_head head, const uint8_t *key, size_t length) {
  if (!lede_heads_tie(before, head)) return lede_head_precedes(before, head);
  return lede_head_is_long(head) && lede_key_tails(key_before, length_before, key, length) < 0;
}

int lede_cursor_next(lede_term_cursor *cursor) {
  if (cursor->left == 0) return LEDE_KEYS_BLOCK;
  if (cursor->at >= cursor->keys_end) return LEDE_KEYS_CUT_OFF;
  uint8_t lengths = cursor->bytes[cursor->at++];
  size_t shared = lengths & 15, more = lengths >> 4;
  int failed = 0;
  if (shared == 15) shared += take_more(cursor, &failed);
  if (more == 15) more += take_more(cursor, &failed);
  if (failed || more > cursor->keys_end - cursor->at || shared + more == 0 ||
      shared > (cursor->is_first ? 8 : cursor->length))
    return LEDE_KEYS_CUT_OFF;
  const uint8_t *before = cursor->keys[cursor->turn];
  uint8_t *key = cursor->keys[cursor->turn ^ 1];
  if (cursor->is_first) {
    for (uint32_t i = 0; i < 8; i++) key[i] = (uint8_t)(cursor->prefix >> (56 - 8 * i));
  } else {
    copy_short(key, before, shared, 1);
  }
  copy_short(key + shared, cursor->bytes + cursor->at, more, cursor->size - cursor->at >= 16);
  cursor->at += more;
  lede_key_head head = head_of(key, shared + more, cursor->head.low & source_mask);
  if (!ascends(cursor->head, before, cursor->length, head, key, shared + more))
    return LEDE_KEYS_UNSORTED;
  cursor->head = head;
  cursor->length = shared + more;
  cursor->turn ^= 1;
  cursor->ordinal += !cursor->is_first;
  cursor->is_first = 0;
  cursor->left--;
  return LEDE_KEYS_DONE;
}

void lede_cursor_end(lede_term_cursor *cursor) {
  // The last key becomes the one before, as at any other step.
  cursor->turn ^= 1;
  cursor->length = 0;
  cursor->head.high = UINT64_MAX;
  cursor->head.low |= ~source_mask;
}

int lede_cursor_term(lede_term_cursor *cursor, lede_term *term) {
  if (cursor->next_value != cursor->ordinal)
    lede_skip_values(&cursor->values, cursor->ordinal - cursor->next_value);
  cursor->next_value = cursor->ordinal + 1;
  return lede_next_term(&cursor->values, term) ? LEDE_KEYS_DONE : LEDE_KEYS_BAD_VALUE;
}
