// Postings of frequent terms, cut at the borders of ranges of 512 documents: PostingsFormat.md defines
// the bytes. A range is reached by its number, without walking to it, and holds up to 512 postings.
//
// Of sound bytes every level of instructions gives the same numbers. Kernels check what they read: of
// damaged bytes they make documents of the range below the segment's docCount, or say that there is damage,
// one level this and another that. They read no byte outside the payload, but for up to three behind codes
// and offsets, where other parts of a list lie, and two behind the last length, where a footer does. termFreqs
// of damaged bytes may be 0.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lede_positions.h"
#include "lede_score.h"

#define LEDE_RANGE_SIZE 512
// Bytes that an encoded range takes at most.
#define LEDE_RANGE_BYTES 2120

// A list as it lies in the mapped segment.
typedef struct {
  const uint8_t *codes;    // u8 for each range: 0 where it has no document
  const uint8_t *groups;   // u32 for each 16 ranges: where they start in the payload
  const uint8_t *offsets;  // u16 for each range: where it starts in its group
  const uint8_t *payload;
  size_t size;             // bytes of the payload
  uint32_t doc_count;      // of the segment
} lede_ranged;

// What the functions below return for damaged bytes: above any count, in Swift too, where size_t has a
// sign.
#define LEDE_DAMAGED (SIZE_MAX / 2)

// Encodes 1 to 512 ascending documents of a range that begins at document `base`, and their termFreqs,
// each at least 1. Returns the bytes written, at most LEDE_RANGE_BYTES.
size_t lede_ranged_encode(const uint32_t *docs, const uint32_t *freqs, size_t count, uint32_t base,
                          uint8_t *out);

// The number of postings of a range.
size_t lede_ranged_count(const lede_ranged *list, uint32_t range);

// Has a range fetched from memory, which will be asked for soon.
void lede_ranged_prefetch(const lede_ranged *list, uint32_t range);

// Decodes the documents of a range, strictly ascending, room for 512; returns how many.
size_t lede_ranged_docs(const lede_ranged *list, uint32_t range, uint32_t *docs);

// The same with termFreqs.
size_t lede_ranged_postings(const lede_ranged *list, uint32_t range, uint32_t *docs,
                            uint32_t *freqs);

// The same with scores in place of termFreqs.
size_t lede_ranged_scores(const lede_ranged *list, uint32_t range, lede_bm25 model,
                          lede_lengths lengths, uint32_t *docs, float *scores);

// Adds factor times each posting's score to the sums of a range; returns the number of postings.
size_t lede_ranged_accumulate(const lede_ranged *list, uint32_t range, lede_bm25 model,
                              lede_lengths lengths, float factor, float *sums);

// A list, and how its postings score.
typedef struct {
  const lede_ranged *list;  // NULL for what is no ranged list
  lede_bm25 model;
  lede_lengths lengths;
  float factor;
  // Without a list, documents that are scored already, and by range where its first one stands among them, up
  // to one behind the last range; NULL for what is no list at all.
  const uint32_t *docs;
  const float *scores;
  const uint32_t *starts;
  // By range of the tile, what a document there gets of it at most. Where it has none there: 0, or minus infinity
  // if it is required.
  const float *bounds;
  // Whether only its documents are asked for: not 0.
  int is_required;
} lede_ranged_term;

// As lede_ranged_accumulate for those of some terms that `numbers` names, one after the other. Returns 0, or
// LEDE_DAMAGED.
size_t lede_ranged_sum(const lede_ranged_term *terms, const ptrdiff_t *numbers, size_t count,
                       uint32_t range, float *sums);

// The scores of ascending documents of any ranges, and their termFreqs; both are 0 where the list lacks
// the document. Returns 0, or LEDE_DAMAGED.
size_t lede_ranged_probe(const lede_ranged *list, lede_bm25 model, lede_lengths lengths,
                         const uint32_t *docs, size_t count, float *scores, uint32_t *freqs);

// Keeps those of ascending documents of any ranges that the list has (`wanted` 1) or lacks (0), at the
// front; returns how many, or LEDE_DAMAGED.
size_t lede_ranged_filter(const lede_ranged *list, uint32_t *docs, size_t count, uint32_t wanted);

// Keeps those of `chosen`, ascending places in the ascending `docs`, whose document the list has; returns
// how many, or LEDE_DAMAGED.
size_t lede_ranged_filter_chosen(const lede_ranged *list, const uint32_t *docs, uint32_t *chosen,
                                 size_t count);

// What becomes of the bits of `range_count` ranges from `range` on: they are set to the list's
// documents, or those documents' bits are set, or cleared. Eight words a range. Returns 0, or
// LEDE_DAMAGED.
enum { LEDE_FILL, LEDE_MARK, LEDE_CLEAR };
size_t lede_ranged_window(const lede_ranged *list, uint32_t range, uint32_t range_count, int what,
                          uint64_t *words);

// The range's documents as bits of eight words; returns 0, or LEDE_DAMAGED.
size_t lede_ranged_bits(const lede_ranged *list, uint32_t range, uint64_t *bits);

// The documents of a range that are in all of some lists, at least one, best the shortest first: strictly
// ascending, room for LEDE_MET_ROOM. Unless `places` is NULL, their places among the postings of the range go to
// those of each of the first LEDE_MET_PLACES lists, from number `at` on, from where there is as much room: up to
// sixteen values behind the last may be overwritten. Returns how many, or LEDE_DAMAGED.
#define LEDE_MET_ROOM (LEDE_RANGE_SIZE + 16)
#define LEDE_MET_PLACES 16
size_t lede_ranged_meet(const lede_ranged *const *lists, size_t list_count, uint32_t range,
                        uint32_t *docs, uint32_t *const *places, size_t at);

// What lists share, one range after the other, from *range up to `end`, but for ranges that have a code below
// `least_code`, at least 1, in one of the lists: until at least `wanted` documents are found, for which and
// LEDE_MET_ROOM more there is room; *range is the next one then.
size_t lede_ranged_meet_ranges(const lede_ranged *const *lists, size_t list_count, uint8_t least_code,
                               uint32_t *range, uint32_t end, size_t wanted, uint32_t *docs);

// Ranges of a tile, which begins at range `first` of the segment.
typedef struct {
  const uint32_t *numbers;  // in the tile, ascending
  size_t count;
  uint32_t first;
  const float *bounds;      // by number: ranges below `least` are passed over
  float least;
} lede_met_ranges;

// As lede_ranged_meet for some ranges, one after the other, until at least `wanted` documents are found, for which
// and LEDE_MET_ROOM more there is room, also in `places`; `next` becomes how many ranges are done.
size_t lede_ranged_meet_chosen(const lede_met_ranges *ranges, const lede_ranged *const *lists,
                               size_t list_count, size_t wanted, size_t *next, uint32_t *docs,
                               uint32_t *const *places);

// As lede_ranged_probe, of documents that were met in the list: the place of number i is at places[rows[i]].
// termFreqs of damaged bytes may be 0.
void lede_ranged_score_places(const lede_ranged *list, lede_bm25 model, lede_lengths lengths,
                              const uint32_t *docs, const uint32_t *rows, size_t count,
                              const uint32_t *places, float *scores, uint32_t *freqs);

// Terms that score documents of a tile, which begins at range `first` of the segment.
typedef struct {
  const lede_ranged_term *terms;
  const ptrdiff_t *numbers;  // which of them, best those of the greatest bounds first
  size_t count;
  uint32_t first;
  uint32_t doc_count;  // of the segment
} lede_reach;

// The documents of some ranges, ascending numbers in the tile, that hold every required term and may reach `cut`, minus
// infinity where all may: the bounds of those terms that hold a document together do. Some that do not may be among
// them. Stops before a range of more than `most`, up to LEDE_RANGE_SIZE, and when there are LEDE_REACH_ENOUGH; `next`
// becomes how many ranges are done. Strictly ascending, room for LEDE_REACH_ROOM. Returns how many, or LEDE_DAMAGED.
#define LEDE_REACH_ENOUGH 64
#define LEDE_REACH_ROOM (LEDE_REACH_ENOUGH + LEDE_MET_ROOM)
size_t lede_ranged_reach(const lede_reach *reach, const uint32_t *ranges, size_t count, double cut, size_t most,
                         size_t *next, uint32_t *docs);

// The termFreqs of ascending documents of any ranges, 0 for those that the list lacks, and the places of those
// that are there among the postings of their ranges. Returns how many are, or LEDE_DAMAGED.
size_t lede_ranged_find(const lede_ranged *list, const uint32_t *docs, size_t count, uint32_t *freqs,
                        uint32_t *places);

// Where the positions of ranges start; PositionStarts defines the bytes.
typedef struct {
  const uint8_t *groups;  // u32 for each 16 ranges but the first: where they start; not read where wide
  const uint8_t *starts;  // u16 for each range, counted from its group's; u32 where wide
  int is_wide;
  uint64_t first;         // the byte where those of the list start, which the others are counted from
  uint64_t end;           // the byte where they end
  // For each range, how many bits the positions of its documents before each of its marks take; NULL where that is
  // not stated.
  const uint8_t *marks;
  uint32_t mark_size;     // bytes of each: 2 or 4
} lede_range_positions;

// Documents of a range up to its first mark, and from there to the next.
#define LEDE_MARK_EVERY 192
#define LEDE_RANGE_MARKS 2

// The same, and the bits at which the positions of those that are there start. Of a damaged list these may lie
// anywhere, and be larger than any section.
size_t lede_ranged_locate(const lede_ranged *list, lede_lengths lengths, lede_range_positions positions,
                          const uint32_t *docs, size_t count, uint32_t *freqs, uint32_t *places,
                          uint64_t *starts);
