// Writes the numbers of the first `wanted` (at most 128) set bits; returns how many there were.
static size_t LEDE_NAME(find_ones)(const uint8_t *in, size_t size, size_t wanted, uint32_t *out) {
  size_t found = 0;
#if defined(LEDE_IS_AVX512)
  const __m512i steps =
      _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#endif
  for (size_t offset = 0; offset < size && found < wanted; offset += 8) {
    uint64_t word = load_window(in, offset, size);
    uint32_t first = (uint32_t)(8 * offset);
#if defined(LEDE_IS_AVX512)
    for (uint32_t part = 0; part < 64; part += 16) {
      uint32_t bits = (uint32_t)(word >> part) & 0xffff;
      size_t count = (size_t)__builtin_popcount(bits);
      size_t room = wanted - found;
      size_t kept = count < room ? count : room;
      __m512i some = _mm512_maskz_compress_epi32(
          (__mmask16)bits, _mm512_add_epi32(steps, _mm512_set1_epi32((int)(first + part))));
      _mm512_mask_storeu_epi32(out + found, (__mmask16)((1u << kept) - 1), some);
      found += kept;
    }
#else
    for (; word != 0 && found < wanted; word &= word - 1)
      out[found++] = first + (uint32_t)__builtin_ctzll(word);
#endif
  }
  return found;
}

static int LEDE_NAME(lede_unpack_split128)(const uint8_t *low, uint32_t bits, const uint8_t *high,
                                           size_t high_size, uint32_t base, uint32_t *out) {
  uint32_t ones[128];
  if (LEDE_NAME(find_ones)(high, high_size, 128, ones) < 128) return 0;
  lede_unpack128(low, bits, out);
  for (uint32_t i = 0; i < 128; i++) out[i] = base + (((ones[i] - i) << bits) | out[i]);
  uint32_t falls = out[0] < base;
  for (uint32_t i = 0; i < 127; i++) falls |= out[i] >= out[i + 1];
  return !falls;
}

static int LEDE_NAME(lede_unpack_unary)(const uint8_t *in, size_t size, size_t count,
                                        uint32_t *out) {
  uint32_t ones[129];
  // The bit before the first, so that the first is no special case.
  ones[0] = UINT32_MAX;
  if (LEDE_NAME(find_ones)(in, size, count, ones + 1) < count) return 0;
  for (size_t i = 0; i < count; i++) out[i] = ones[i + 1] - ones[i];
  return 1;
}
