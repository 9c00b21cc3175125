// Kernels of bitset.c at one level.

#include "lanes.h"

static size_t LEDE_NAME(lede_fill_window)(lede_blocks list, size_t block, uint32_t low,
                                          uint32_t high, uint64_t *window, size_t *filled) {
  // The bits of the last valid word, to which the next block may add: kept in a register, since
  // reading back what a wide store has just written would wait for it.
  size_t valid = *filled;
  uint64_t held = valid > 0 ? window[valid - 1] : 0;
  for (uint32_t base = first_doc(list, block); block < list.full; block++) {
    block_view view = view_block(list, block, base);
    if (base < low || view.last >= high || view.kind == BLOCK_DAMAGED) break;
    size_t first = (base - low) >> 6;
    uint64_t carried = first < valid ? held : 0;
    uint64_t *out = window + first;
    if (view.kind == BLOCK_BITSET) {
      // Whole steps of eight words: what they write past the block is written again by the next.
      size_t copied = (view.words + 7) & ~(size_t)7;
      if (8 * copied <= view.available) {
        for (size_t w = 0; w < copied; w += 8) copy_words(out + w, view.in + 8 * w, 8);
      } else {
        copy_words(out, view.in, view.words);
      }
      out[0] = load_uint64(view.in) | carried;
      held = load_uint64(view.in + 8 * (view.words - 1)) | (view.words == 1 ? carried : 0);
    } else {
      uint32_t docs[128];
      if (!unpack_block(view, base, docs)) break;
      memset(out, 0, 8 * view.words);
      out[0] = carried;
      for (size_t i = 0; i < 128; i++) set_bit(window, docs[i] - low);
      held = out[view.words - 1];
    }
    valid = first + view.words;
    base = view.last + 1;
  }
  *filled = valid;
  return block;
}

static inline __attribute__((always_inline)) size_t LEDE_NAME(join_window)(
    lede_blocks list, size_t block, uint32_t low, uint32_t high, uint64_t *window, int clears) {
  for (uint32_t base = first_doc(list, block); block < list.full; block++) {
    block_view view = view_block(list, block, base);
    if (base < low || view.last >= high || view.kind == BLOCK_DAMAGED) break;
    if (view.kind == BLOCK_BITSET) {
      uint64_t *out = window + ((base - low) >> 6);
      for (size_t w = 0; w < view.words; w++) {
        uint64_t word = load_uint64(view.in + 8 * w);
        out[w] = clears ? out[w] & ~word : out[w] | word;
      }
    } else {
      uint32_t docs[128];
      if (!unpack_block(view, base, docs)) break;
      for (size_t i = 0; i < 128; i++) {
        if (clears) clear_bit(window, docs[i] - low); else set_bit(window, docs[i] - low);
      }
    }
    base = view.last + 1;
  }
  return block;
}

static size_t LEDE_NAME(lede_mark_window)(lede_blocks list, size_t block, uint32_t low,
                                          uint32_t high, uint64_t *window) {
  return LEDE_NAME(join_window)(list, block, low, high, window, 0);
}

static size_t LEDE_NAME(lede_clear_window)(lede_blocks list, size_t block, uint32_t low,
                                           uint32_t high, uint64_t *window) {
  return LEDE_NAME(join_window)(list, block, low, high, window, 1);
}

// The first full block at or after `block` whose last document reaches `doc`; `list.full` if none.
static size_t LEDE_NAME(block_reaching)(lede_blocks list, size_t block, uint32_t doc) {
  if (block >= list.full) return block;
  // Most steps are short: sixteen at once, counted without branches.
  if (block + 16 <= list.full) {
    uint32_t below = 0;
    for (size_t i = 0; i < 16; i++) below += load_uint32(list.last_docs + 4 * (block + i)) < doc;
    if (below < 16) return block + below;
    block += 16;
  }
  size_t step = 16;
  while (block + step < list.full && load_uint32(list.last_docs + 4 * (block + step)) < doc) {
    block += step;
    step *= 2;
  }
  // The answer is in block ... block + step.
  size_t left = block + step < list.full ? step + 1 : list.full - block;
  while (left > 0) {
    size_t half = left / 2;
    int below = load_uint32(list.last_docs + 4 * (block + half)) < doc;
    block += below ? half + 1 : 0;
    left = below ? left - half - 1 : half;
  }
  return block;
}

// The place of zero bit number `rank` of a word, which has more than that.
static inline uint32_t LEDE_NAME(select_zero)(uint64_t word, uint32_t rank) {
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
  return (uint32_t)__builtin_ctzll(_pdep_u64(1ull << rank, ~word));
#else
  uint64_t zeros = ~word;
  for (; rank > 0; rank--) zeros &= zeros - 1;
  return (uint32_t)__builtin_ctzll(zeros);
#endif
}

// 1 if split documents hold `doc`, which lies between the block's base and its last, else 0; looks at
// the documents with the same high part alone. Those stand behind as many clear bits.
static uint32_t LEDE_NAME(split_holds)(block_view view, uint32_t base, uint32_t doc) {
  uint32_t wanted = (doc - base) >> view.width, low = (doc - base) & ((1u << view.width) - 1);
  uint32_t place = 0;
  if (wanted > 0) {
    uint32_t before = wanted - 1;
    for (;; place += 64) {
      if (place >= 8 * view.high) return 0;
      uint64_t word = load_window(view.in + 16 * view.width, place / 8, view.high);
      uint32_t zeros = 64 - (uint32_t)__builtin_popcountll(word);
      if (before < zeros) {
        place += LEDE_NAME(select_zero)(word, before) + 1;
        break;
      }
      before -= zeros;
    }
  }
  const uint8_t *high = view.in + 16 * view.width;
  // In a damaged block the bits may say more than 128 documents.
  for (uint32_t i = place - wanted; i < 128 && place < 8 * view.high; i++, place++) {
    if ((high[place / 8] >> (place % 8) & 1) == 0) return 0;
    uint32_t part = low_part(view.in, view.width, i);
    if (part >= low) return part == low;
  }
  return 0;
}

static lede_filter LEDE_NAME(lede_filter_docs)(lede_blocks list, lede_filter at, uint32_t *docs,
                                               size_t count, uint32_t wanted, uint32_t *scratch) {
  while (at.done < count) {
    at.block = LEDE_NAME(block_reaching)(list, at.block, docs[at.done]);
    if (at.block >= list.full) break;
    uint32_t base = first_doc(list, at.block);
    block_view view = view_block(list, at.block, base);
    if (view.kind == BLOCK_DAMAGED || docs[at.done] < base) break;
    if (view.kind == BLOCK_BITSET) {
      uint32_t start = base & ~UINT32_C(63);
      for (; at.done < count && docs[at.done] <= view.last; at.done++) {
        uint32_t doc = docs[at.done], place = doc - start;
        uint32_t bit = (uint32_t)(load_uint64(view.in + 8 * (place >> 6)) >> (place & 63)) & 1;
        docs[at.kept] = doc;
        at.kept += bit == wanted;
      }
    } else if (view.kind == BLOCK_SPLIT &&
               (at.done + FEW_DOCS >= count || docs[at.done + FEW_DOCS] > view.last)) {
      for (; at.done < count && docs[at.done] <= view.last; at.done++) {
        uint32_t doc = docs[at.done];
        docs[at.kept] = doc;
        at.kept += LEDE_NAME(split_holds)(view, base, doc) == wanted;
      }
    } else {
      if (!unpack_block(view, base, scratch)) break;
      for (; at.done < count && docs[at.done] <= view.last; at.done++) {
        uint32_t doc = docs[at.done];
        docs[at.kept] = doc;
        at.kept += holds(scratch, doc) == wanted;
      }
    }
  }
  return at;
}

static size_t LEDE_NAME(lede_filter_by_bits)(uint32_t *docs, size_t count, uint32_t low,
                                             const uint64_t *window, uint32_t wanted) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t doc = docs[i], place = doc - low;
    docs[kept] = doc;
    kept += ((uint32_t)(window[place >> 6] >> (place & 63)) & 1) == wanted;
  }
  return kept;
}

static void LEDE_NAME(lede_or_words)(uint64_t *words, const uint64_t *others, size_t count) {
  for (size_t i = 0; i < count; i++) words[i] |= others[i];
}

static void LEDE_NAME(lede_and_words)(uint64_t *words, const uint64_t *others, size_t count) {
  for (size_t i = 0; i < count; i++) words[i] &= others[i];
}

static size_t LEDE_NAME(lede_count_words)(const uint64_t *words, size_t count) {
  size_t total = 0;
  for (size_t i = 0; i < count; i++) total += (size_t)__builtin_popcountll(words[i]);
  return total;
}

static size_t LEDE_NAME(lede_count_common)(const uint64_t *words, const uint64_t *others,
                                           size_t count) {
  size_t total = 0;
  for (size_t i = 0; i < count; i++) total += (size_t)__builtin_popcountll(words[i] & others[i]);
  return total;
}

static size_t LEDE_NAME(lede_expand_bitset)(const uint8_t *in, size_t words, uint32_t base,
                                            uint32_t *out) {
  uint32_t *at = out;
#if defined(LEDE_IS_AVX512)
  __m512i docs = _mm512_add_epi32(_mm512_set1_epi32((int)base), numbers16());
  for (size_t w = 0; w < words; w++) {
    uint64_t word = load_uint64(in + 8 * w);
    for (int part = 0; part < 4; part++, word >>= 16) {
      __mmask16 mask = (__mmask16)word;
      size_t count = (size_t)__builtin_popcount(mask);
      _mm512_mask_storeu_epi32(at, (__mmask16)((1u << count) - 1),
                               _mm512_maskz_compress_epi32(mask, docs));
      at += count;
      docs = _mm512_add_epi32(docs, _mm512_set1_epi32(16));
    }
  }
#else
  for (size_t w = 0; w < words; w++) {
    for (uint64_t word = load_uint64(in + 8 * w); word != 0; word &= word - 1)
      *at++ = base + (uint32_t)(64 * w) + (uint32_t)__builtin_ctzll(word);
  }
#endif
  return (size_t)(at - out);
}

static size_t LEDE_NAME(lede_count_bits)(const uint8_t *in, size_t words) {
  size_t total = 0;
  for (size_t w = 0; w < words; w++)
    total += (size_t)__builtin_popcountll(load_uint64(in + 8 * w));
  return total;
}
