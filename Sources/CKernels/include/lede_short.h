// Lists of 2 to 127 documents: PostingsFormat.md defines the bytes.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lede_patched.h"

// Encodes ascending documents and their termFreqs, each at least 1; `last_width` is the bits of the
// last document. Writes to at most lede_short_room(count) bytes; returns those that are the list's.
size_t lede_short_encode(const uint32_t *docs, const uint32_t *freqs, size_t count,
                         uint32_t last_width, uint8_t *out);

// Unary termFreqs take up to four bits a document, a document 32.
static inline size_t lede_short_room(size_t count) { return LEDE_PATCHED_BYTES + 5 * count + 16; }

// Decodes a list of `count` documents with `more` occurrences above them. Returns 0 unless they ascend
// strictly below `doc_count` and each termFreq is at least 1.
int lede_short_decode(const uint8_t *list, size_t size, size_t count, uint64_t more,
                      uint32_t last_width, uint32_t doc_count, uint32_t *docs, uint32_t *freqs);
