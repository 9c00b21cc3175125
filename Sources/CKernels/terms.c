#include "lede_terms.h"

static inline size_t home(lede_term_table table, uint32_t hash) {
  return hash >> (32 - table.slot_bits);
}

void lede_terms_prefetch(lede_term_table table, const lede_term_key *keys, size_t count) {
  for (size_t i = 0; i < count; i++) __builtin_prefetch(table.slots + home(table, keys[i].hash));
}

void lede_terms_locate(lede_term_table table, const lede_term_key *keys, size_t count,
                       uint32_t *records) {
  const size_t mask = ((size_t)1 << table.slot_bits) - 1;
  for (size_t i = 0; i < count; i++) {
    uint32_t hash = keys[i].hash;
    size_t at = home(table, hash);
    uint64_t slot = table.slots[at];
    while (slot != 0 && (uint32_t)(slot >> 32) != hash) {
      at = (at + 1) & mask;
      slot = table.slots[at];
    }
    records[i] = (uint32_t)slot;
    __builtin_prefetch(table.arena + (uint32_t)slot);
  }
}

size_t lede_terms_resolve(lede_term_table table, const uint8_t *bytes, const lede_term_key *keys,
                          size_t count, const uint32_t *records, uint32_t *numbers) {
  for (size_t i = 0; i < count; i++) {
    // No record lies at 0.
    const uint64_t *record = table.arena + records[i];
    if (records[i] == 0 || !lede_term_equals(record, bytes + keys[i].start, keys[i].length)) return i;
    numbers[i] = (uint32_t)record[0];
  }
  return count;
}
