#include "lede_ranged.h"

#include <string.h>

#include "bit_writer.h"
#include "bytes.h"
#include "lede_phrase.h"
#include "levels.h"
#include "ones_interpolative.h"

#pragma STDC FP_CONTRACT OFF

// Forms of a range, in the two upper bits of its first byte.
enum { NIBBLES_ONES, NIBBLES_UNARY, NIBBLES_PACKED, BITMAP };

// What the six lower bits of a bitmap's first byte say of its termFreqs; else they are their width.
enum { BITMAP_ONES = 0, BITMAP_UNARY = 63 };

// Documents that nibbles can hold: their high bits fit into two words.
#define MOST_NIBBLES 64

enum { FREQS_ONES, FREQS_UNARY, FREQS_PACKED };

// More than termFreqs take: 32 bits each, for the sake of reading eight bytes at once.
#define FREQS_BYTES (4 * LEDE_RANGE_SIZE + 8)

// A range taken apart: where its parts are, checked to lie in the payload.
typedef struct {
  size_t count;
  uint32_t base;
  int is_bitmap;
  uint64_t high[2];      // nibbles: bit bucket + i is set for posting i
  const uint8_t *docs;   // nibbles, or the bitmap
  const uint8_t *freqs;
  size_t freqs_size;     // bytes from there on that may be theirs: at most FREQS_BYTES, in the payload
  int freqs_form;
  uint32_t width;        // of packed termFreqs
} range_view;

static inline size_t range_start(const lede_ranged *list, uint32_t range) {
  return (size_t)load_uint32(list->groups + 4 * (range >> 4)) +
         load_uint16(list->offsets + 2 * (size_t)range);
}

// The byte at which the positions of a range start.
static inline uint64_t position_start(lede_range_positions positions, uint32_t range) {
  if (positions.is_wide) return positions.first + load_uint32(positions.starts + 4 * (size_t)range);
  uint32_t group = range >> 4;
  uint64_t before = group == 0 ? 0 : load_uint32(positions.groups + 4 * (size_t)(group - 1));
  return positions.first + before + load_uint16(positions.starts + 2 * (size_t)range);
}

static inline void prefetch_range(const lede_ranged *list, uint32_t range) {
  // What a damaged offset points to is not read.
  const uint8_t *at = list->payload + range_start(list, range);
  __builtin_prefetch(at);
  __builtin_prefetch(at + 64);
}

// Documents behind the segment's last are damage; only the last range could have any. In nibbles the
// last document need not be the highest then.
static inline int ends_inside(const lede_ranged *list, const uint32_t *docs, size_t count) {
  if (__builtin_expect((docs[0] | (LEDE_RANGE_SIZE - 1)) < list->doc_count, 1)) return 1;
  uint32_t highest = 0;
  for (size_t i = 0; i < count; i++) highest = docs[i] > highest ? docs[i] : highest;
  return highest < list->doc_count;
}

// Damaged nibbles may repeat a document, or go back.
static inline int ascends(const uint32_t *docs, size_t count) {
  uint32_t back = 0;
  for (size_t i = 1; i < count; i++) back |= docs[i] <= docs[i - 1];
  return !back;
}

// Packed termFreq number i, less one.
static inline uint32_t packed_freq(const range_view *view, size_t i) {
  size_t bit = i * view->width;
  uint64_t window = load_window(view->freqs, bit >> 3, view->freqs_size) >> (bit & 7);
  return (uint32_t)(window & ((1ull << view->width) - 1));
}

static inline uint32_t low_nibble(const uint8_t *nibbles, size_t i) {
  return nibbles[i / 2] >> (4 * (i % 2)) & 15;
}

// MARK: Encoding

static uint8_t *put_freqs(const uint32_t *freqs, size_t count, int form, uint32_t width,
                          uint8_t *out) {
  bit_writer writer = {out, 0, 0};
  if (form == FREQS_UNARY) put_unary(&writer, freqs, count);
  if (form == FREQS_PACKED)
    for (size_t i = 0; i < count; i++) put(&writer, freqs[i] - 1, width);
  return put_rest(&writer);
}

static uint8_t *put_bitmap(const uint32_t *docs, size_t count, uint32_t base, uint8_t *out) {
  uint64_t word = 0;
  uint32_t number = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] - base;
    for (; number < local / 64; number++, word = 0) store_uint64(out + 8 * number, word);
    word |= 1ull << (local % 64);
  }
  for (; number < LEDE_RANGE_SIZE / 64; number++, word = 0) store_uint64(out + 8 * number, word);
  return out + LEDE_RANGE_SIZE / 8;
}

static uint8_t *put_nibbles(const uint32_t *docs, size_t count, uint32_t base, uint8_t *out) {
  // Up to 64 documents have up to 95 high bits, and 64 nibbles.
  unsigned __int128 high = 0;
  uint64_t low[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] - base;
    high |= (unsigned __int128)1 << ((local >> 4) + (uint32_t)i);
    low[i / 16] |= (uint64_t)(local & 15) << (4 * (i % 16));
  }
  uint8_t words[48];
  store_uint64(words, (uint64_t)high);
  store_uint64(words + 8, (uint64_t)(high >> 64));
  for (uint32_t i = 0; i < 4; i++) store_uint64(words + 16 + 8 * i, low[i]);
  size_t bytes = (count + 38) / 8, nibbles = (count + 1) / 2;
  memcpy(out, words, bytes);
  memcpy(out + bytes, words + 16, nibbles);
  return out + bytes + nibbles;
}

size_t lede_ranged_encode(const uint32_t *docs, const uint32_t *freqs, size_t count, uint32_t base,
                          uint8_t *out) {
  uint32_t any = 0;
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    any |= freqs[i] - 1;
    sum += freqs[i];
  }
  uint32_t width = lede_bits_of(any);
  int form = any == 0 ? FREQS_ONES : sum <= (uint64_t)width * count ? FREQS_UNARY : FREQS_PACKED;
  uint8_t *at = out + 1;
  if (count > MOST_NIBBLES) {
    uint32_t low = form == FREQS_ONES ? BITMAP_ONES : form == FREQS_UNARY ? BITMAP_UNARY : width;
    out[0] = (uint8_t)(BITMAP << 6 | low);
    at = put_bitmap(docs, count, base, at);
  } else {
    out[0] = (uint8_t)((uint32_t)form << 6 | (uint32_t)(count - 1));
    if (form == FREQS_PACKED) *at++ = (uint8_t)width;
    at = put_nibbles(docs, count, base, at);
  }
  return (size_t)(put_freqs(freqs, count, form, width, at) - out);
}

void lede_ranged_prefetch(const lede_ranged *list, uint32_t range) { prefetch_range(list, range); }

// MARK: Levels

#define LEDE_BODY "ranged_body.h"
#include "each_level.h"

size_t lede_ranged_count(const lede_ranged *list, uint32_t range) {
  LEDE_DISPATCH(lede_ranged_count, list, range)
}

size_t lede_ranged_docs(const lede_ranged *list, uint32_t range, uint32_t *docs) {
  LEDE_DISPATCH(lede_ranged_docs, list, range, docs)
}

size_t lede_ranged_postings(const lede_ranged *list, uint32_t range, uint32_t *docs,
                            uint32_t *freqs) {
  LEDE_DISPATCH(lede_ranged_postings, list, range, docs, freqs)
}

size_t lede_ranged_scores(const lede_ranged *list, uint32_t range, lede_bm25 model,
                          lede_lengths lengths, uint32_t *docs, float *scores) {
  LEDE_DISPATCH(lede_ranged_scores, list, range, model, lengths, docs, scores)
}

size_t lede_ranged_accumulate(const lede_ranged *list, uint32_t range, lede_bm25 model,
                              lede_lengths lengths, float factor, float *sums) {
  LEDE_DISPATCH(lede_ranged_accumulate, list, range, model, lengths, factor, sums)
}

size_t lede_ranged_sum(const lede_ranged_term *terms, const ptrdiff_t *numbers, size_t count,
                       uint32_t range, float *sums) {
  LEDE_DISPATCH(lede_ranged_sum, terms, numbers, count, range, sums)
}

size_t lede_ranged_bits(const lede_ranged *list, uint32_t range, uint64_t *bits) {
  LEDE_DISPATCH(lede_ranged_bits, list, range, bits)
}

size_t lede_ranged_find(const lede_ranged *list, const uint32_t *docs, size_t count, uint32_t *freqs,
                        uint32_t *places) {
  LEDE_DISPATCH(lede_ranged_find, list, docs, count, freqs, places)
}

size_t lede_ranged_probe(const lede_ranged *list, lede_bm25 model, lede_lengths lengths,
                         const uint32_t *docs, size_t count, float *scores, uint32_t *freqs) {
  LEDE_DISPATCH(lede_ranged_probe, list, model, lengths, docs, count, scores, freqs)
}

size_t lede_ranged_locate(const lede_ranged *list, lede_lengths lengths, lede_range_positions positions,
                          const uint32_t *docs, size_t count, uint32_t *freqs, uint32_t *places,
                          uint64_t *starts) {
  LEDE_DISPATCH(lede_ranged_locate, list, lengths, positions, docs, count, freqs, places, starts)
}

size_t lede_ranged_filter(const lede_ranged *list, uint32_t *docs, size_t count, uint32_t wanted) {
  LEDE_DISPATCH(lede_ranged_filter, list, docs, count, wanted)
}

size_t lede_ranged_window(const lede_ranged *list, uint32_t range, uint32_t range_count, int what,
                          uint64_t *words) {
  LEDE_DISPATCH(lede_ranged_window, list, range, range_count, what, words)
}

size_t lede_ranged_meet(const lede_ranged *const *lists, size_t list_count, uint32_t range,
                        uint32_t *docs, uint32_t *const *places, size_t at) {
  LEDE_DISPATCH(lede_ranged_meet, lists, list_count, range, docs, places, at)
}

size_t lede_ranged_meet_ranges(const lede_ranged *const *lists, size_t list_count, uint8_t least_code,
                               uint32_t *range, uint32_t end, size_t wanted, uint32_t *docs) {
  LEDE_DISPATCH(lede_ranged_meet_ranges, lists, list_count, least_code, range, end, wanted, docs)
}

size_t lede_ranged_meet_chosen(const lede_met_ranges *ranges, const lede_ranged *const *lists,
                               size_t list_count, size_t wanted, size_t *next, uint32_t *docs,
                               uint32_t *const *places) {
  LEDE_DISPATCH(lede_ranged_meet_chosen, ranges, lists, list_count, wanted, next, docs, places)
}

void lede_ranged_score_places(const lede_ranged *list, lede_bm25 model, lede_lengths lengths,
                              const uint32_t *docs, const uint32_t *rows, size_t count,
                              const uint32_t *places, float *scores, uint32_t *freqs) {
  LEDE_DISPATCH(lede_ranged_score_places, list, model, lengths, docs, rows, count, places, scores, freqs)
}

size_t lede_ranged_reach(const lede_reach *reach, const uint32_t *ranges, size_t count, double cut, size_t most,
                         size_t *next, uint32_t *docs) {
  LEDE_DISPATCH(lede_ranged_reach, reach, ranges, count, cut, most, next, docs)
}

size_t lede_ranged_filter_chosen(const lede_ranged *list, const uint32_t *docs, uint32_t *chosen,
                                 size_t count) {
  LEDE_DISPATCH(lede_ranged_filter_chosen, list, docs, chosen, count)
}
