// How many bits positions take, for kernels of AVX-512.
#if defined(LEDE_IS_AVX512)

// Lengths from which on sizes16 does not work: as numbers of sixteen bits they would be negative.
#define LEAST_UNSIZED 0x7fff

static inline __mmask16 unsized16(__m512i lengths) {
  return _mm512_cmpge_epu32_mask(lengths, _mm512_set1_epi32(LEAST_UNSIZED));
}

// The sizes of sixteen documents' entries, given their lengths in the column and termFreqs; see
// lede_position_bits. All are a product and a rest: one or two occurrences take one bit less than the width each,
// and one more together.
static inline __m512i sizes16(__m512i lengths, __m512i freqs) {
  const __m512i one = _mm512_set1_epi32(1);
  __m512i dl = _mm512_max_epu32(lengths, one);
  __m512i tf = _mm512_max_epu32(_mm512_min_epu32(freqs, dl), one), others = _mm512_sub_epi32(dl, tf);
  __m512i less = _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(_mm512_sub_epi32(dl, one)));
  // Bits of `others` over those of `tf`: what leading zeros the one has less.
  __m512i low = _mm512_max_epi32(
      _mm512_sub_epi32(_mm512_lzcnt_epi32(tf), _mm512_lzcnt_epi32(others)), _mm512_setzero_si512());
  __mmask16 many = _mm512_cmpgt_epu32_mask(tf, _mm512_set1_epi32(2));
  __m512i each = _mm512_mask_add_epi32(less, many, low, one);
  __m512i rest = _mm512_mask_srlv_epi32(one, many, others, low);
  // Of two products one has a factor of 0.
  return _mm512_add_epi32(_mm512_madd_epi16(tf, each), rest);
}
#endif
