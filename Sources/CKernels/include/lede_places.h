// What a decoded list says of some documents.
//
// Few are searched for side by side, without a branch that depends on them: a processor guesses such
// branches wrong half of the time, which costs more than the search. A list that is not much longer is
// passed over. O(count log size), or O(count + size / 16). Neither list nor documents have duplicates.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The scores of some strictly ascending documents in a list of `size` ascending ones: 0 for those that it
// lacks, whose `found` is 0, else 1.
void lede_list_scores(const uint32_t *list, size_t size, const float *scores, const uint32_t *docs,
                      size_t count, float *result, uint32_t *found);

// The same with termFreqs, 0 for documents that the list lacks, and with the places of the others; of
// those that it lacks any place, or none.
void lede_list_freqs(const uint32_t *list, size_t size, const uint32_t *freqs, const uint32_t *docs,
                     size_t count, uint32_t *result, uint32_t *places);

// Keeps those of some strictly ascending documents, and their scores, that a list lacks, at the front;
// returns how many.
size_t lede_list_without(const uint32_t *list, size_t size, uint32_t *docs, float *scores,
                         size_t count);
