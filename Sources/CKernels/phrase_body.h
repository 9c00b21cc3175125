// The kernels of lede_phrase.h; see levels.h.

#include "ones_of.h"
#include "phrase_lanes.h"
#include "phrase_side.h"

static size_t LEDE_NAME(lede_locate)(const uint32_t *docs, size_t count, size_t from,
                                     const uint32_t *targets, size_t target_count, uint32_t *hits,
                                     uint32_t *places, size_t *next) {
  size_t found = 0, at = from;
  for (size_t i = 0; i < target_count; i++) {
    uint32_t target = targets[i];
#if defined(LEDE_IS_AVX512)
    // Candidates are mostly a few postings apart: sixteen at a time, all that are below are passed.
    __m512i wanted = _mm512_set1_epi32((int)target);
    for (;;) {
      size_t left = count - at;
      __mmask16 valid = lanes16(left);
      __m512i row = _mm512_maskz_loadu_epi32(valid, docs + at);
      uint32_t below = _mm512_mask_cmplt_epu32_mask(valid, row, wanted);
      at += (size_t)__builtin_popcount(below);
      if (below != 0xffff) break;
    }
#else
    at += lede_lower_bound(docs + at, count - at, target);
#endif
    if (at == count) break;
    hits[found] = (uint32_t)i;
    places[found] = (uint32_t)at;
    found += docs[at] == target;
  }
  *next = at;
  return found;
}

// The starts at which a phrase could stand for one slot to be where it is in a candidate: ascending.
// Returns how many, or SIZE_MAX when the positions make no sense.
static inline size_t LEDE_NAME(starts_of)(const lede_phrase *phrase, size_t first, size_t end,
                                          uint32_t candidate, uint32_t dl, uint32_t *out) {
  size_t count = 0, room = phrase->room, surfaces = 0;
  for (size_t s = first; s < end; s++) {
    const lede_phrase_surface *surface = &phrase->surfaces[s];
    uint32_t tf = surface->freqs[candidate], *values = out + count;
    if (tf == 0) continue;
    if (tf > room - count ||
        !decode_entry(surface->bytes, surface->size, surface->starts[candidate], tf, dl, values))
      return SIZE_MAX;
    surfaces++;
    if (phrase->titles.column != NULL) {
      uint32_t title = lede_document_length(phrase->titles, phrase->docs[candidate]);
      uint32_t gap = title == 0 ? 0 : phrase->gap;
      for (uint32_t i = 0; i < tf; i++) values[i] += values[i] >= title ? gap : 0;
    }
    uint32_t offset = surface->offset, kept = 0;
    for (uint32_t i = 0; i < tf; i++) {
      uint32_t value = values[i];
      values[kept] = value - offset;
      kept += value >= offset;
    }
    count += kept;
  }
  // Few surfaces of a slot occur in one document: insertion merges them.
  for (size_t i = 1; surfaces > 1 && i < count; i++) {
    uint32_t value = out[i];
    size_t j = i;
    for (; j > 0 && out[j - 1] > value; j--) out[j] = out[j - 1];
    out[j] = value;
  }
  return count;
}

// Keeps the values of `left` that `right` has too; both ascend. Returns how many.
static inline size_t LEDE_NAME(meet)(uint32_t *left, size_t left_count, const uint32_t *right,
                                     size_t right_count) {
  size_t kept = 0, other = 0;
  for (size_t i = 0; i < left_count; i++) {
    uint32_t value = left[i];
    while (other < right_count && right[other] < value) other++;
    if (other == right_count) break;
    left[kept] = value;
    kept += right[other] == value;
  }
  return kept;
}

// The frequency in one candidate, by any number of slots, and in `phrase->scratch` the starts; UINT32_MAX
// for damage.
static uint32_t LEDE_NAME(frequency)(const lede_phrase *phrase, uint32_t candidate, uint32_t dl) {
  // The slot with the fewest occurrences first: it leaves the fewest starts.
  size_t least_first = 0, least_end = 0;
  uint64_t least = UINT64_MAX;
  for (size_t s = 0; s < phrase->surface_count;) {
    size_t end = s;
    uint64_t sum = 0;
    for (; end < phrase->surface_count && phrase->surfaces[end].slot == phrase->surfaces[s].slot; end++)
      sum += phrase->surfaces[end].freqs[candidate];
    if (sum < least) {
      least = sum;
      least_first = s;
      least_end = end;
    }
    s = end;
  }
  uint32_t *starts = phrase->scratch, *others = starts + phrase->room;
  size_t count = LEDE_NAME(starts_of)(phrase, least_first, least_end, candidate, dl, starts);
  if (count == SIZE_MAX) return UINT32_MAX;
  for (size_t s = 0; s < phrase->surface_count && count > 0;) {
    size_t end = s;
    while (end < phrase->surface_count && phrase->surfaces[end].slot == phrase->surfaces[s].slot) end++;
    if (s != least_first) {
      size_t more = LEDE_NAME(starts_of)(phrase, s, end, candidate, dl, others);
      if (more == SIZE_MAX) return UINT32_MAX;
      count = LEDE_NAME(meet)(starts, count, others, more);
    }
    s = end;
  }
  return (uint32_t)count;
}

#if !defined(LEDE_IS_AVX512)
// Two slots of one surface each that occur once each: one comparison. Returns -1 where the general
// case must look. `start` is where the phrase stands, if it does.
static inline int LEDE_NAME(both_once)(const lede_phrase *phrase, uint32_t candidate, uint32_t dl,
                                       uint32_t *start) {
  const lede_phrase_surface *one = &phrase->surfaces[0], *two = &phrase->surfaces[1];
  if ((one->freqs[candidate] ^ 1) | (two->freqs[candidate] ^ 1)) return -1;
  uint64_t at = one->starts[candidate], other = two->starts[candidate];
  uint32_t width = lede_bits_of(dl - 1);
  if (dl == 0 || (at >> 3) + 8 > one->size || (other >> 3) + 8 > two->size) return -1;
  uint64_t mask = (1ull << width) - 1;
  uint32_t first = (uint32_t)(positions_window(one->bytes, one->size, at) & mask);
  uint32_t second = (uint32_t)(positions_window(two->bytes, two->size, other) & mask);
  if (first >= dl || second >= dl) return -1;
  *start = first - one->offset;
  return (uint64_t)first + two->offset == (uint64_t)second + one->offset &&
         first >= one->offset;
}
#endif

// Candidates that are taken together.
#define SOME_CANDIDATES 8

// Entries of a rare word are far apart: before some are asked for, those behind them are on their way from memory.
static inline void LEDE_NAME(prefetch_entries)(const lede_phrase *phrase, const uint32_t *candidates,
                                               size_t count, size_t i) {
  size_t from = i == 0 ? 0 : i + SOME_CANDIDATES;
  size_t end = i + 2 * SOME_CANDIDATES < count ? i + 2 * SOME_CANDIDATES : count;
  for (size_t s = 0; s < phrase->surface_count; s++) {
    const lede_phrase_surface *surface = &phrase->surfaces[s];
    for (size_t later = from; later < end; later++)
      __builtin_prefetch(surface->bytes + (surface->starts[candidates[later]] >> 3));
  }
}

// The frequency in one candidate, where a pair of slots is looked at faster; UINT32_MAX for damage. The starts are
// at `*starts`: those of a pair in `own`, with room for sixteen.
static inline uint32_t LEDE_NAME(stand)(const lede_phrase *phrase, uint32_t candidate,
                                        const uint32_t **starts, uint32_t *own) {
  uint32_t dl = lede_document_length(phrase->lengths, phrase->docs[candidate]);
  if (phrase->surface_count == 2 && phrase->slot_count == 2) {
#if defined(LEDE_IS_AVX512)
    lane_starts left;
    if (pair_in_lanes(phrase, candidate, dl, &left)) {
      _mm512_storeu_si512(own, left.starts);
      *starts = own;
      return (uint32_t)__builtin_popcount(left.lanes);
    }
#else
    int fast = phrase->titles.column == NULL ? LEDE_NAME(both_once)(phrase, candidate, dl, own) : -1;
    *starts = own;
    if (fast >= 0) return (uint32_t)fast;
#endif
  }
  *starts = phrase->scratch;
  return LEDE_NAME(frequency)(phrase, candidate, dl);
}

// Of how many candidates it was asked whether they surely lack a phrase, and of how many that could be said.
typedef struct {
  size_t asked, known;
} LEDE_NAME(side_look);

// Which of up to SOME_CANDIDATES candidates, as bits, may have the phrase.
static inline uint32_t LEDE_NAME(may_have)(const lede_phrase *phrase, const uint32_t *candidates, size_t count,
                                           LEDE_NAME(side_look) *side) {
  uint32_t all = (1u << count) - 1;
#if defined(LEDE_IS_AVX512)
  // Candidates are mostly numbered in turn. Of frequent words little can be said.
  if (phrase->surface_count != 2 || phrase->slot_count != 2 || phrase->titles.column != NULL ||
      candidates[count - 1] - candidates[0] != count - 1 || 4 * side->known < side->asked)
    return all;
  side->asked += count;
  return all & ~lack_pair(phrase, candidates[0], count, &side->known);
#else
  (void)phrase, (void)candidates, (void)side;
  return all;
#endif
}

static size_t LEDE_NAME(lede_phrase_frequencies)(const lede_phrase *phrase,
                                                 const uint32_t *candidates, size_t count,
                                                 uint32_t *out) {
  LEDE_NAME(side_look) side = {0, 0};
  memset(out, 0, 4 * count);
  for (size_t from = 0; from < count; from += SOME_CANDIDATES) {
    size_t some = count - from < SOME_CANDIDATES ? count - from : SOME_CANDIDATES;
    LEDE_NAME(prefetch_entries)(phrase, candidates, count, from);
    uint32_t left = LEDE_NAME(may_have)(phrase, candidates + from, some, &side);
    for (; left != 0; left &= left - 1) {
      size_t i = from + (size_t)__builtin_ctz(left);
      const uint32_t *starts;
      uint32_t own[16], frequency = LEDE_NAME(stand)(phrase, candidates[i], &starts, own);
      if (frequency == UINT32_MAX) return i;
      out[i] = frequency;
    }
  }
  return count;
}

static size_t LEDE_NAME(lede_phrase_begin)(const lede_phrase *phrase, const uint32_t *candidates,
                                           size_t count, lede_phrase_starts *left) {
  LEDE_NAME(side_look) side = {0, 0};
  for (size_t from = 0; from < count; from += SOME_CANDIDATES) {
    size_t some = count - from < SOME_CANDIDATES ? count - from : SOME_CANDIDATES;
    LEDE_NAME(prefetch_entries)(phrase, candidates, count, from);
    for (size_t i = from; i < from + some; i++) {
      left->firsts[candidates[i]] = (uint32_t)left->used;
      left->counts[candidates[i]] = 0;
    }
    uint32_t may_have = LEDE_NAME(may_have)(phrase, candidates + from, some, &side);
    for (; may_have != 0; may_have &= may_have - 1) {
      size_t i = from + (size_t)__builtin_ctz(may_have);
      const uint32_t *starts;
      uint32_t own[16], candidate = candidates[i];
      uint32_t frequency = LEDE_NAME(stand)(phrase, candidate, &starts, own);
      if (frequency == UINT32_MAX || frequency > left->room - left->used) return i;
      left->firsts[candidate] = (uint32_t)left->used;
      left->counts[candidate] = frequency;
      // All sixteen at once where there is room: how many there are cannot be guessed.
      if (starts == own && left->room - left->used >= 16) {
        memcpy(left->starts + left->used, own, sizeof own);
      } else {
        memcpy(left->starts + left->used, starts, 4 * frequency);
      }
      left->used += frequency;
    }
  }
  return count;
}

static size_t LEDE_NAME(lede_phrase_meet)(const lede_phrase *phrase, const uint32_t *candidates,
                                          size_t count, lede_phrase_starts *left) {
  for (size_t i = 0; i < count; i++) {
    if (i % SOME_CANDIDATES == 0) LEDE_NAME(prefetch_entries)(phrase, candidates, count, i);
    uint32_t candidate = candidates[i];
    uint32_t dl = lede_document_length(phrase->lengths, phrase->docs[candidate]);
#if defined(LEDE_IS_AVX512)
    if (phrase->surface_count == 1 &&
        meet_in_lanes(phrase, candidate, dl, left->starts + left->firsts[candidate],
                      &left->counts[candidate]))
      continue;
#endif
    size_t more = LEDE_NAME(starts_of)(phrase, 0, phrase->surface_count, candidate, dl, phrase->scratch);
    if (more == SIZE_MAX) return i;
    left->counts[candidate] = (uint32_t)LEDE_NAME(meet)(left->starts + left->firsts[candidate],
                                                        left->counts[candidate], phrase->scratch, more);
  }
  return count;
}
