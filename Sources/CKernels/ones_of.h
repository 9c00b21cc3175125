// The places of set bits, for kernels; once for each level, see levels.h.

#include "lanes.h"

// Writes the places of the set bits of a word, plus `first`, to `out`; returns how many. Past the last there is
// room for `room`, a constant: 16, or 32, where so many bits are likely to be set.
static inline size_t LEDE_NAME(ones_of)(uint64_t word, uint32_t first, uint32_t *out, size_t room) {
  // Behind what was found anything may be overwritten: the stores need no mask.
#if defined(LEDE_IS_AVX512)
  size_t found = (size_t)__builtin_popcountll(word);
  __m512i places = ones64(word), base = _mm512_set1_epi32((int)first);
  _mm512_storeu_si512(out, _mm512_add_epi32(base, quarter(places, 0)));
  if (room >= 32 || found > 16)
    _mm512_storeu_si512(out + 16, _mm512_add_epi32(base, quarter(places, 1)));
  if (found > 32) {
    _mm512_storeu_si512(out + 32, _mm512_add_epi32(base, quarter(places, 2)));
    if (room >= 32 || found > 48)
      _mm512_storeu_si512(out + 48, _mm512_add_epi32(base, quarter(places, 3)));
  }
#elif defined(LEDE_IS_AVX2)
  size_t found = 0;
  (void)room;
  for (uint32_t part = 0; part < 64; part += 8) {
    uint64_t bits = word >> part & 0xff;
    // Each bit becomes a byte that takes its number, or leaves it out.
    uint64_t taken = _pdep_u64(bits, 0x0101010101010101) * 0xff;
    __m128i numbers = _mm_cvtsi64_si128((long long)_pext_u64(0x0706050403020100, taken));
    _mm256_storeu_si256((__m256i *)(out + found),
                        _mm256_add_epi32(_mm256_cvtepu8_epi32(numbers),
                                         _mm256_set1_epi32((int)(first + part))));
    found += (size_t)__builtin_popcountll(bits);
  }
#else
  size_t found = 0;
  (void)room;
  for (; word != 0; word &= word - 1) out[found++] = first + (uint32_t)__builtin_ctzll(word);
#endif
  return found;
}
