// Numbers of lanes, and numbers from bits, for kernels of AVX-512.
#if defined(LEDE_IS_AVX512)

static inline __m512i numbers16(void) {
  return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

static inline __m512i each64(uint64_t value) { return _mm512_set1_epi64((long long)value); }

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

// The same of two words, up to 64 in all, the second's places counted on from the first's.
static inline __m512i ones128(uint64_t low, uint64_t high) {
  __m512i ones = ones64(low);
  if (high == 0) return ones;
  uint32_t found = (uint32_t)__builtin_popcountll(low);
  __m512i more = _mm512_add_epi8(ones64(high), _mm512_set1_epi8(64));
  return _mm512_mask_expand_epi8(ones, found < 64 ? UINT64_MAX << found : 0, more);
}

// One of four times sixteen bytes, each in a lane.
#define quarter(bytes, number) _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(bytes, number))

// Sixteen numbers of up to sixteen bits, packed from a bit of the first byte on, of `size` bytes that may be read.
static inline __m512i packed16(const uint8_t *bytes, size_t size, uint32_t bit, uint32_t width) {
  // They end within 33 bytes.
  __m512i taken =
      _mm512_maskz_loadu_epi8(_bzhi_u64(UINT64_MAX, size < 64 ? (uint32_t)size : 64), bytes);
  __m512i at = _mm512_add_epi32(_mm512_mullo_epi16(numbers16(), _mm512_set1_epi32((int)width)),
                                _mm512_set1_epi32((int)bit));
  // Four bytes for each lane, from the one its bits begin in.
  const __m512i spread = _mm512_set4_epi32(0x0c0c0c0c, 0x08080808, 0x04040404, 0);
  __m512i places = _mm512_add_epi8(_mm512_shuffle_epi8(_mm512_srli_epi32(at, 3), spread),
                                   _mm512_set1_epi32(0x03020100));
  __m512i windows = _mm512_permutexvar_epi8(places, taken);
  windows = _mm512_srlv_epi32(windows, _mm512_and_si512(at, _mm512_set1_epi32(7)));
  return _mm512_and_si512(windows, _mm512_set1_epi32((int)((1u << width) - 1)));
}
#endif
