// The kernels of lede_ranged.h; see levels.h.

#include "ones_of.h"
#include "position_sizes.h"
#include "score_lanes.h"
#include "ranged_decode.h"
#include "ranged_look.h"
#include "ranged_nibbles.h"
#include "ranged_bits.h"
#include "ranged_side.h"
#include "ranged_group.h"
#include "ranged_sums.h"
#include "ranged_bitmap.h"
#include "ranged_locate.h"
#include "ranged_score.h"

static size_t LEDE_NAME(lede_ranged_count)(const lede_ranged *list, uint32_t range) {
  if (list->codes[range] == 0) return 0;
  range_view view;
  return LEDE_NAME(view_range)(list, range, &view) ? view.count : LEDE_DAMAGED;
}

static size_t LEDE_NAME(lede_ranged_docs)(const lede_ranged *list, uint32_t range, uint32_t *docs) {
  if (list->codes[range] == 0) return 0;
  range_view view;
  uint32_t room[LEDE_RANGE_SIZE + 16];
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  LEDE_NAME(take_docs)(&view, room);
  if (!ends_inside(list, room, view.count) || !ascends(room, view.count)) return LEDE_DAMAGED;
  memcpy(docs, room, 4 * view.count);
  return view.count;
}

static size_t LEDE_NAME(lede_ranged_postings)(const lede_ranged *list, uint32_t range,
                                              uint32_t *docs, uint32_t *freqs) {
  uint32_t doc_room[LEDE_RANGE_SIZE + 16], freq_room[LEDE_RANGE_SIZE + 16];
  size_t count = LEDE_NAME(take_postings)(list, range, doc_room, freq_room);
  if (count == LEDE_DAMAGED || !ascends(doc_room, count)) return LEDE_DAMAGED;
  memcpy(docs, doc_room, 4 * count);
  memcpy(freqs, freq_room, 4 * count);
  return count;
}

static size_t LEDE_NAME(lede_ranged_bits)(const lede_ranged *list, uint32_t range, uint64_t *bits) {
  if (list->codes[range] != 0) return LEDE_NAME(take_bits)(list, range, bits);
  memset(bits, 0, 64);
  return 0;
}

// As lede_ranged_find, of documents of one range.
static size_t LEDE_NAME(find_in)(const lede_ranged *list, const uint32_t *docs, size_t count,
                                 uint32_t *freqs, uint32_t *places) {
  uint32_t range = docs[0] >> 9;
  if (list->codes[range] == 0) {
    memset(freqs, 0, 4 * count);
    return 0;
  }
#if defined(LEDE_IS_AVX512)
  if (count >= GROUP_LEAST) {
    size_t found = find_group(list, docs, count, freqs, places);
    if (found != GROUP_UNABLE) return found;
  }
#endif
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
  size_t start = range_start(list, range), size = list->size, few = 0;
  const uint8_t *bytes = list->payload + start;
  if (start + LOOK_BYTES <= size && count <= LEDE_NAME(few_of)(bytes)) {
    for (size_t i = 0; i < count; i++) {
      freqs[i] = LEDE_NAME(look_freq)(bytes, size - start, docs[i], &places[i]);
      few += freqs[i] > 0;
    }
    return few;
  }
#endif
  range_view view;
  uint64_t bits[8];
  uint32_t own_freqs[LEDE_RANGE_SIZE + 16];
  if (!LEDE_NAME(view_range)(list, range, &view) || !LEDE_NAME(take_freqs)(&view, own_freqs) ||
      LEDE_NAME(take_bits)(list, range, bits) == LEDE_DAMAGED)
    return LEDE_DAMAGED;
  return LEDE_NAME(match)(bits, own_freqs, docs, count, freqs, places);
}

static size_t LEDE_NAME(lede_ranged_find)(const lede_ranged *list, const uint32_t *docs, size_t count,
                                          uint32_t *freqs, uint32_t *places) {
  size_t total = 0, end;
  for (size_t i = 0; i < count; i = end) {
    end = LEDE_NAME(same_range)(docs, count, i);
    size_t found = LEDE_NAME(find_in)(list, docs + i, end - i, freqs + i, places + i);
    if (found == LEDE_DAMAGED) return LEDE_DAMAGED;
    total += found;
  }
  return total;
}

// Whether a list has a document: 0 or 1, or anything else for damage.
static size_t LEDE_NAME(has_doc)(const lede_ranged *list, uint32_t doc) {
  uint32_t freq, place;
  return LEDE_NAME(find_in)(list, &doc, 1, &freq, &place);
}

#if defined(LEDE_IS_AVX512)
// Which of up to 64 documents a list has, as bits, where several lie in each range: its documents are taken as
// bits then. Stops before one whose range cannot be read here, and returns how many lie before that.
static inline size_t look_ranges(const lede_ranged *list, const uint32_t *docs, size_t count,
                                 uint64_t *has) {
  for (size_t i = 0, taken; i < count; i += taken) {
    uint32_t range = docs[i] >> 9;
    __m512i row = _mm512_maskz_loadu_epi32(lanes16(count - i), docs + i), bits;
    __mmask16 same = _mm512_mask_cmpeq_epi32_mask(lanes16(count - i), _mm512_srli_epi32(row, 9),
                                                  _mm512_set1_epi32((int)range));
    taken = (size_t)__builtin_popcount(same);
    if (list->codes[range] == 0) continue;
    if (!quick_bits(list, range, &bits)) return i;
    __m512i words = _mm512_permutexvar_epi32(_mm512_srli_epi32(row, 5), bits);
    __m512i places = _mm512_sllv_epi32(_mm512_set1_epi32(1), _mm512_and_si512(row, _mm512_set1_epi32(31)));
    *has |= (uint64_t)_mm512_mask_test_epi32_mask(same, words, places) << i;
  }
  return count;
}
#endif

// Whether a list has each of up to 64 documents, as bits; sets `damaged` where that cannot be said.
static inline uint64_t LEDE_NAME(look_all)(const lede_ranged *list, const uint32_t *docs,
                                           size_t count, int *damaged) {
  uint64_t has = 0;
  size_t i = 0;
#if defined(LEDE_IS_AVX512)
  if (2 * ((docs[count - 1] >> 9) - (docs[0] >> 9)) < count) i = look_ranges(list, docs, count, &has);
#endif
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
  // Ranges lie apart: all are on their way from memory before the first is looked at.
  size_t starts[64];
  for (size_t k = i; k < count; k++) {
    starts[k] = range_start(list, docs[k] >> 9);
    __builtin_prefetch(list->payload + starts[k]);
  }
#endif
  for (; i < count; i++) {
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
    if (__builtin_expect(starts[i] + LOOK_BYTES <= list->size, 1)) {
      uint64_t is_there = list->codes[docs[i] >> 9] != 0;
      has |= (is_there & LEDE_NAME(look)(list->payload + starts[i], docs[i])) << i;
      continue;
    }
#endif
    size_t found = LEDE_NAME(has_doc)(list, docs[i]);
    *damaged |= found > 1;
    has |= (uint64_t)(found & 1) << i;
  }
  return has;
}

static size_t LEDE_NAME(lede_ranged_filter)(const lede_ranged *list, uint32_t *docs, size_t count,
                                            uint32_t wanted) {
  size_t kept = 0;
  int damaged = 0;
  for (size_t start = 0; start < count; start += 64) {
    size_t end = start + 64 < count ? start + 64 : count;
    uint64_t has = LEDE_NAME(look_all)(list, docs + start, end - start, &damaged);
    if (damaged) return LEDE_DAMAGED;
    for (size_t i = start; i < end; i++, has >>= 1) {
      docs[kept] = docs[i];
      kept += (has & 1) == wanted;
    }
  }
  return kept;
}

static size_t LEDE_NAME(lede_ranged_filter_chosen)(const lede_ranged *list, const uint32_t *docs,
                                                   uint32_t *chosen, size_t count) {
  size_t kept = 0;
  int damaged = 0;
  uint32_t some[64];
  for (size_t start = 0; start < count; start += 64) {
    size_t end = start + 64 < count ? start + 64 : count;
    for (size_t i = start; i < end; i++) some[i - start] = docs[chosen[i]];
    uint64_t has = LEDE_NAME(look_all)(list, some, end - start, &damaged);
    if (damaged) return LEDE_DAMAGED;
    for (size_t i = start; i < end; i++, has >>= 1) {
      chosen[kept] = chosen[i];
      kept += has & 1;
    }
  }
  return kept;
}

static size_t LEDE_NAME(lede_ranged_window)(const lede_ranged *list, uint32_t range,
                                            uint32_t range_count, int what, uint64_t *words) {
  uint64_t bits[8];
  for (uint32_t i = 0; i < range_count; i++, words += 8) {
    uint64_t *out = what == LEDE_FILL ? words : bits;
    if (what != LEDE_FILL && list->codes[range + i] == 0) continue;
    if (LEDE_NAME(lede_ranged_bits)(list, range + i, out) == LEDE_DAMAGED) return LEDE_DAMAGED;
    for (int w = 0; what == LEDE_MARK && w < 8; w++) words[w] |= bits[w];
    for (int w = 0; what == LEDE_CLEAR && w < 8; w++) words[w] &= ~bits[w];
  }
  return 0;
}

#include "ranged_meet.h"
#include "ranged_reach.h"

#include "ranged_probe.h"
