#include "lede_shortcuts.h"

#include "bit_writer.h"
#include "bytes.h"

static inline uint8_t tag_of(uint32_t name_space, size_t length) {
  return (uint8_t)(name_space << 5 | length);
}

// A term's hash, FNV-1a 64 of its tag and bytes, and its first eight bytes, zeros behind a shorter one.
typedef struct {
  uint64_t hash, word;
} hashed_term;

static inline hashed_term hash_term(uint8_t tag, const uint8_t *term, size_t length) {
  const uint64_t prime = 0x100000001b3;
  hashed_term made = {(0xcbf29ce484222325 ^ tag) * prime, 0};
  for (size_t i = 0; i < length; i++) {
    made.hash = (made.hash ^ term[i]) * prime;
    if (i < 8) made.word |= (uint64_t)term[i] << (8 * i);
  }
  return made;
}

static inline uint32_t bucket_of(uint64_t hash, uint32_t bucket_bits) {
  uint64_t mixed = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15;
  return bucket_bits == 0 ? 0 : (uint32_t)(mixed >> (64 - bucket_bits));
}

uint32_t lede_shortcut_bucket(uint32_t bucket_bits, uint32_t name_space, const uint8_t *term,
                              size_t length) {
  return bucket_of(hash_term(tag_of(name_space, length), term, length).hash, bucket_bits);
}

size_t lede_shortcut_size(const lede_shortcuts *table) {
  size_t bits = 0;
  for (int part = 0; part < LEDE_SHORTCUT_PARTS; part++) bits += table->widths[part];
  return (bits + 7) / 8;
}

static inline void put_part(bit_writer *writer, uint64_t part, uint32_t width) {
  uint32_t low = width < 32 ? width : 32;
  put(writer, part & UINT32_MAX, low);
  put(writer, part >> 32, width - low);
}

uint8_t *lede_put_shortcut(const lede_shortcuts *table, uint32_t name_space, const uint8_t *term,
                           size_t length, const lede_shortcut *shortcut, uint8_t *out) {
  *out++ = tag_of(name_space, length);
  memcpy(out, term, length);
  bit_writer writer = {out + length, 0, 0};
  for (int part = 0; part < LEDE_SHORTCUT_PARTS; part++)
    put_part(&writer, shortcut->parts[part], table->widths[part]);
  return put_rest(&writer);
}

static inline void read_shortcut(const lede_shortcuts *table, const uint8_t *bytes, lede_shortcut *found) {
  uint32_t bit = 0;
  for (int part = 0; part < LEDE_SHORTCUT_PARTS; part++) {
    uint32_t width = table->widths[part];
    found->parts[part] = load_uint64(bytes + bit / 8) >> bit % 8 & ((1ull << width) - 1);
    bit += width;
  }
}

void lede_prefetch_shortcut(const lede_shortcuts *table, uint32_t name_space, const uint8_t *term,
                            size_t length) {
  if (length > LEDE_SHORTCUT_MOST) return;
  uint32_t bucket = lede_shortcut_bucket(table->bucket_bits, name_space, term, length);
  uint32_t start = load_uint32(table->starts + 4 * (size_t)bucket);
  if (start >= table->size) return;
  __builtin_prefetch(table->entries + start);
  __builtin_prefetch(table->entries + start + 64);
}

int lede_find_shortcut(const lede_shortcuts *table, uint32_t name_space, const uint8_t *term,
                       size_t length, lede_shortcut *found) {
  if (length > LEDE_SHORTCUT_MOST) return 0;
  const uint8_t tag = tag_of(name_space, length);
  const hashed_term wanted = hash_term(tag, term, length);
  const uint64_t mask = length >= 8 ? UINT64_MAX : (1ull << 8 * length) - 1;
  const uint8_t *start = table->starts + 4 * (size_t)bucket_of(wanted.hash, table->bucket_bits);
  size_t at = load_uint32(start), end = load_uint32(start + 4), size = lede_shortcut_size(table);
  if (end + 8 > table->size) return 0;
  while (at < end) {
    const uint8_t *entry = table->entries + at;
    size_t next = at + 1 + (entry[0] & LEDE_SHORTCUT_MOST) + size;
    if (next > end) return 0;
    // Safe: eight bytes stand behind the last entry.
    if (entry[0] == tag && ((load_uint64(entry + 1) ^ wanted.word) & mask) == 0 &&
        (length <= 8 || memcmp(entry + 9, term + 8, length - 8) == 0)) {
      read_shortcut(table, entry + 1 + length, found);
      return 1;
    }
    at = next;
  }
  return 0;
}
