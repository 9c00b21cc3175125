// From occurrences to documents and places in them. An occurrence is the number of a unit, counted
// through all documents, or packed.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Where the units of each document lie: document d has those from starts[d] to below starts[d + 1].
// `coarse` names the document of every 2^shift-th unit, a first guess for those that follow.
typedef struct {
  const uint32_t *starts;
  const uint32_t *coarse;
  uint32_t shift;
} lede_unit_map;

// The document of a unit.
static inline uint32_t lede_document_of(lede_unit_map map, uint32_t unit) {
  uint32_t document = map.coarse[unit >> map.shift];
  // The first step is taken half of the time, so it is none that a processor could predict.
  document += map.starts[document + 1] <= unit;
  while (__builtin_expect(map.starts[document + 1] <= unit, 0)) document++;
  return document;
}

// Splits `count` ascending units into documents: writes each once to `docs`, how many of its units
// there are to `freqs`, and to `ordinals`, unless NULL, the place of every unit in its document.
// Returns the number of documents, for which `docs` and `freqs` have room.
size_t lede_split_units(lede_unit_map map, const uint32_t *units, size_t count, uint32_t *docs,
                        uint32_t *freqs, uint32_t *ordinals);

// The same for occurrences that are a document, counted from the first, and below it `bits` bits of
// place, at most 31.
size_t lede_split_packed(const uint32_t *occurrences, size_t count, uint32_t first_document,
                         uint32_t bits, uint32_t *docs, uint32_t *freqs, uint32_t *ordinals);
