// Room behind the numbers that find_ones is asked for.
#define ONES_SLACK 64

// Writes the numbers of the first `wanted` (at most 128) set bits; returns how many there were. `out` has
// room for ONES_SLACK more.
static inline size_t LEDE_NAME(find_ones)(const uint8_t *in, size_t size, size_t wanted,
                                          uint32_t *out) {
  size_t found = 0;
#if defined(LEDE_IS_AVX512)
  const __m512i steps = _mm512_loadu_si512(bytes_in_order);
#endif
  for (size_t offset = 0; offset < size && found < wanted; offset += 8) {
    uint64_t word = load_window(in, offset, size);
    uint32_t first = (uint32_t)(8 * offset);
#if defined(LEDE_IS_AVX512)
    // All 64 numbers, of which those of set bits move to the front.
    __m512i kept = _mm512_maskz_compress_epi8(word, steps), base = _mm512_set1_epi32((int)first);
    _mm512_storeu_si512(
        out + found,
        _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(kept))));
    _mm512_storeu_si512(
        out + found + 16,
        _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(kept, 1))));
    size_t count = (size_t)__builtin_popcountll(word);
    if (count > 32) {
      _mm512_storeu_si512(
          out + found + 32,
          _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(kept, 2))));
      _mm512_storeu_si512(
          out + found + 48,
          _mm512_add_epi32(base, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(kept, 3))));
    }
    found += count;
#elif defined(LEDE_IS_AVX2)
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
    for (; word != 0; word &= word - 1) out[found++] = first + (uint32_t)__builtin_ctzll(word);
#endif
  }
  return found < wanted ? found : wanted;
}

static int LEDE_NAME(lede_unpack_split128)(const uint8_t *low, uint32_t bits, const uint8_t *high,
                                           size_t high_size, uint32_t base, uint32_t *out) {
  uint32_t ones[128 + ONES_SLACK];
  if (LEDE_NAME(find_ones)(high, high_size, 128, ones) < 128) return 0;
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
