#include "ones_of.h"

// Room behind the numbers that find_ones is asked for.
#define ONES_SLACK 64

// Writes the numbers of the first `wanted` (at most 128) set bits; returns how many there were. `out` has
// room for ONES_SLACK more.
static inline size_t LEDE_NAME(find_ones)(const uint8_t *in, size_t size, size_t wanted,
                                          uint32_t *out) {
  size_t found = 0;
  for (size_t at = 0; at < size && found < wanted; at += 8)
    found += LEDE_NAME(ones_of)(load_window(in, at, size), (uint32_t)(8 * at), out + found, 32);
  return found < wanted ? found : wanted;
}

#if defined(LEDE_IS_AVX512)
// Low parts of which sixteen stand in four words of 16 bytes.
#define MOST_LOW_BITS 24

// Sixteen low parts, numbers 16 k on, of at most MOST_LOW_BITS: four rows of four lanes, whose bits run through one
// word of each lane after the other. Reads none of the bytes from `size` on.
static inline __m512i low_parts16(const uint8_t *low, size_t size, uint32_t bits, uint32_t k) {
  uint32_t first = 4 * k * bits;
  size_t at = 16 * (size_t)(first / 32), left = size - at;
  __m512i words = _mm512_maskz_loadu_epi8(
      _bzhi_u64(UINT64_MAX, left < 64 ? (uint32_t)left : 64), low + at);
  __m512i rows = _mm512_srli_epi32(numbers16(), 2);
  __m512i bit = _mm512_add_epi32(_mm512_mullo_epi16(rows, _mm512_set1_epi32((int)bits)),
                                 _mm512_set1_epi32((int)(first % 32)));
  // The word of a lane that a part begins in, and the next one.
  __m512i word = _mm512_or_si512(_mm512_slli_epi32(_mm512_srli_epi32(bit, 5), 2),
                                 _mm512_and_si512(numbers16(), _mm512_set1_epi32(3)));
  __m512i next = _mm512_add_epi32(word, _mm512_set1_epi32(4));
  __m512i parts = _mm512_shrdv_epi32(_mm512_permutexvar_epi32(word, words),
                                     _mm512_permutexvar_epi32(next, words), bit);
  return _mm512_and_si512(parts, _mm512_set1_epi32((int)((1u << bits) - 1)));
}

// Puts 128 documents together, given where their high bits are; returns 0 unless they ascend from `base` on.
static inline int join_parts(const uint8_t *low, size_t size, uint32_t bits, const uint32_t *ones,
                             uint32_t base, uint32_t *out) {
  __m512i before = _mm512_setzero_si512(), from = _mm512_set1_epi32((int)base);
  __m128i shift = _mm_cvtsi32_si128((int)bits);
  // The first document has none before it.
  __mmask16 falls = 0, lanes = 0xfffe;
  for (uint32_t k = 0; k < 8; k++) {
    __m512i numbers = _mm512_add_epi32(numbers16(), _mm512_set1_epi32((int)(16 * k)));
    __m512i high = _mm512_sub_epi32(_mm512_loadu_si512(ones + 16 * k), numbers);
    __m512i docs = _mm512_add_epi32(
        from, _mm512_or_si512(_mm512_sll_epi32(high, shift), low_parts16(low, size, bits, k)));
    _mm512_storeu_si512(out + 16 * k, docs);
    falls |= _mm512_mask_cmple_epu32_mask(lanes, docs, _mm512_alignr_epi32(docs, before, 15));
    before = docs;
    lanes = 0xffff;
  }
  return falls == 0 && out[0] >= base;
}
#endif

static int LEDE_NAME(lede_unpack_split128)(const uint8_t *low, uint32_t bits, const uint8_t *high,
                                           size_t high_size, uint32_t base, uint32_t *out) {
  uint32_t ones[128 + ONES_SLACK];
  if (LEDE_NAME(find_ones)(high, high_size, 128, ones) < 128) return 0;
#if defined(LEDE_IS_AVX512)
  if (bits <= MOST_LOW_BITS) return join_parts(low, 16 * bits, bits, ones, base, out);
#endif
  lede_unpack128(low, bits, out);
  for (uint32_t i = 0; i < 128; i++) out[i] = base + (((ones[i] - i) << bits) | out[i]);
  uint32_t falls = out[0] < base;
  for (uint32_t i = 0; i < 127; i++) falls |= out[i] >= out[i + 1];
  return !falls;
}

static int LEDE_NAME(lede_unpack_unary)(const uint8_t *in, size_t size, size_t count,
                                        uint32_t *out) {
  uint32_t ones[1 + 128 + ONES_SLACK];
  // The bit before the first, so that the first is no special case.
  ones[0] = UINT32_MAX;
  if (LEDE_NAME(find_ones)(in, size, count, ones + 1) < count) return 0;
  for (size_t i = 0; i < count; i++) out[i] = ones[i + 1] - ones[i];
  return 1;
}

#undef ONES_SLACK
#undef MOST_LOW_BITS
