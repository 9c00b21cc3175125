// How many bits positions take, for kernels of AVX-512.
#if defined(LEDE_IS_AVX512)

// The sizes of sixteen documents' entries, given their lengths in the column and termFreqs; see
// lede_position_bits.
static inline __m512i sizes16(__m512i lengths, __m512i freqs) {
  const __m512i one = _mm512_set1_epi32(1), all_bits = _mm512_set1_epi32(32);
  __m512i dl = _mm512_max_epu32(lengths, one);
  __m512i tf = _mm512_max_epu32(_mm512_min_epu32(freqs, dl), one), others = _mm512_sub_epi32(dl, tf);
  __m512i width = _mm512_sub_epi32(all_bits, _mm512_lzcnt_epi32(_mm512_sub_epi32(dl, one)));
  // Bits of `others` over those of `tf`: what leading zeros the one has less.
  __m512i low = _mm512_max_epi32(
      _mm512_sub_epi32(_mm512_lzcnt_epi32(tf), _mm512_lzcnt_epi32(others)), _mm512_setzero_si512());
  __m512i many = _mm512_add_epi32(_mm512_mullo_epi32(tf, _mm512_add_epi32(low, one)),
                                  _mm512_srlv_epi32(others, low));
  __mmask16 is_pair = _mm512_cmpeq_epi32_mask(tf, _mm512_set1_epi32(2));
  __m512i few = _mm512_mask_sub_epi32(width, is_pair, _mm512_add_epi32(width, width), one);
  return _mm512_mask_blend_epi32(_mm512_cmpgt_epu32_mask(tf, _mm512_set1_epi32(2)), few, many);
}
#endif
