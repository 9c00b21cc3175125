#include "lede_units.h"

// Without a branch on whether the document changes, which it does at random.
static inline size_t split(lede_unit_map map, const uint32_t *restrict units, size_t count,
                           uint32_t *restrict docs, uint32_t *restrict freqs,
                           uint32_t *restrict ordinals, int wants_ordinals) {
  if (count == 0) return 0;
  size_t last = 0;
  uint32_t previous = lede_document_of(map, units[0]), freq = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t unit = units[i], document = lede_document_of(map, unit);
    uint32_t changes = document != previous;
    last += changes;
    freq = changes ? 1 : freq + 1;
    docs[last] = document;
    freqs[last] = freq;
    if (wants_ordinals) ordinals[i] = unit - map.starts[document];
    previous = document;
  }
  return last + 1;
}

size_t lede_split_units(lede_unit_map map, const uint32_t *units, size_t count, uint32_t *docs,
                        uint32_t *freqs, uint32_t *ordinals) {
  return ordinals ? split(map, units, count, docs, freqs, ordinals, 1)
                  : split(map, units, count, docs, freqs, ordinals, 0);
}

// What is kept of a document first is its last occurrence: so nothing waits for the occurrence before
// but the place that the document goes to.
size_t lede_split_packed(const uint32_t *restrict occurrences, size_t count,
                         uint32_t first_document, uint32_t bits, uint32_t *restrict docs,
                         uint32_t *restrict freqs, uint32_t *restrict ordinals) {
  if (count == 0) return 0;
  size_t last = 0;
  uint32_t previous = occurrences[0] >> bits;
  for (size_t i = 0; i < count; i++) {
    uint32_t document = occurrences[i] >> bits;
    last += document != previous;
    docs[last] = first_document + document;
    freqs[last] = (uint32_t)i;
    previous = document;
  }
  for (size_t i = last; i > 0; i--) freqs[i] -= freqs[i - 1];
  freqs[0]++;
  if (ordinals) {
    const uint32_t mask = (1u << bits) - 1;
    for (size_t i = 0; i < count; i++) ordinals[i] = occurrences[i] & mask;
  }
  return last + 1;
}
