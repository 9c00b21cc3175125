// Finding phrases: where candidates stand in a block, where their entries of positions lie, and how
// often the phrase occurs in each.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lede_positions.h"

// Finds `target_count` ascending targets, from place `from` on, among `count` ascending documents.
// Writes the numbers of the targets that are there to `hits` and their places to `places`,
// both with room for one of each target; returns how many. `next` gets the first place whose document
// is at least the last target, or `count`.
size_t lede_locate(const uint32_t *docs, size_t count, size_t from, const uint32_t *targets,
                   size_t target_count, uint32_t *hits, uint32_t *places, size_t *next);

// The bits at which the entries of `place_count` ascending places of a block start, none below
// `from`, whose own entry starts at `start`. `docs` and `freqs` are the block's; see
// lede_positions_span for what damage gives.
void lede_position_starts(lede_lengths lengths, const uint32_t *docs, const uint32_t *freqs,
                          uint32_t from, uint64_t start, const uint32_t *places,
                          size_t place_count, uint64_t *out);

// One surface at one place of a phrase.
typedef struct {
  const uint8_t *bytes;   // where its entries lie
  size_t size;            // bytes of it that may be read
  const uint32_t *freqs;  // by candidate: its termFreq, 0 where the document lacks the surface
  const uint64_t *starts; // by candidate: the bit of its entry
  uint32_t offset;        // of the slot from the phrase's first
  uint32_t slot;          // surfaces of a slot follow each other, slots are numbered from 0
} lede_phrase_surface;

// A phrase and its candidates. Up to two bytes behind the last length are read, where a file has its footer.
typedef struct {
  const lede_phrase_surface *surfaces;
  size_t surface_count;
  size_t slot_count;
  lede_lengths lengths;
  lede_lengths titles;    // column is NULL where positions are ordinals
  uint32_t gap;           // positions between a title and what follows it
  const uint32_t *docs;   // by candidate
  uint32_t *scratch;      // room for 2 * `room` values
  size_t room;            // no slot occurs more often in a candidate
} lede_phrase;

// The starts at which a phrase may stand, slot after slot: by candidate, where they lie in `starts`,
// ascending, and how many there are.
typedef struct {
  uint32_t *starts;
  size_t room;   // values of `starts`
  size_t used;   // of them
  uint32_t *firsts;
  uint32_t *counts;
} lede_phrase_starts;

// Sets the starts of each of `count` candidates to those at which the phrase's slots stand as they should.
// Stops at the first whose positions make no sense, or have more starts than there is room for, and returns
// the number of those before it. What is known of some behind it is of no meaning then, nor is what lies in
// `starts` behind those in use.
size_t lede_phrase_begin(const lede_phrase *phrase, const uint32_t *candidates, size_t count,
                         lede_phrase_starts *left);

// Keeps those starts at which the phrase's only slot stands as it should, too. Returns as above.
size_t lede_phrase_meet(const lede_phrase *phrase, const uint32_t *candidates, size_t count,
                        lede_phrase_starts *left);

// How often the phrase occurs in each of `count` candidates; out[i] belongs to candidates[i]. Stops
// at the first whose positions make no sense and returns the number of those before it.
size_t lede_phrase_frequencies(const lede_phrase *phrase, const uint32_t *candidates, size_t count,
                               uint32_t *out);
