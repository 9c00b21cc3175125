// Numbers of lanes, for kernels of AVX-512.
#if defined(LEDE_IS_AVX512)

static inline __m512i numbers16(void) {
  return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

// Bytes from 0 to 63.
static inline __m512i numbers64(void) {
  const __m512i fours = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60);
  return _mm512_add_epi8(_mm512_mullo_epi32(fours, _mm512_set1_epi32(0x01010101)),
                         _mm512_set1_epi32(0x03020100));
}

// The places of the set bits of a word, bytes from the first on, zeros behind the last.
static inline __m512i ones64(uint64_t word) {
  return _mm512_maskz_compress_epi8(word, numbers64());
}
#endif
