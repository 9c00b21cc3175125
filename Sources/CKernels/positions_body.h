// The kernels of lede_positions.h; see levels.h.

#include "position_sizes.h"

// For lengths without escapes, so that every number is exact in a float: its exponent gives the bits.
static inline uint32_t LEDE_NAME(short_bits)(uint32_t most) {
  float number = (float)(int32_t)most;
  int32_t raw;
  memcpy(&raw, &number, sizeof raw);
  int32_t bits = (raw >> 23) - 126;
  return (uint32_t)(bits > 0 ? bits : 0);
}

// The sizes of entries; 0 when a length needs wider numbers.
static inline int LEDE_NAME(sizes_of)(lede_lengths lengths, const uint32_t *docs,
                                      const uint32_t *freqs, size_t count, uint32_t *sizes) {
#if defined(LEDE_IS_AVX512)
  __m512i most = _mm512_setzero_si512(), mask = _mm512_set1_epi32(LEDE_LENGTH_ESCAPE);
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 there = lanes16(count - i);
    // Two bytes past the last length are read: files end with a footer.
    __m512i row = _mm512_and_si512(
        _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), there,
                                    _mm512_maskz_loadu_epi32(there, docs + i), lengths.column, 2),
        mask);
    most = _mm512_max_epu32(most, row);
    _mm512_mask_storeu_epi32(sizes + i, there,
                             sizes16(row, _mm512_maskz_loadu_epi32(there, freqs + i)));
  }
  return _mm512_reduce_max_epu32(most) < LEAST_UNSIZED;
#else
  // Gathered first, so that the arithmetic below is vectorised on its own.
  uint32_t gathered[512];
  uint32_t longest = 0;
  size_t i = 0;
  for (; i < count; i++) {
    gathered[i] = lengths.column[docs[i]];
    longest = gathered[i] > longest ? gathered[i] : longest;
  }
  if (longest == LEDE_LENGTH_ESCAPE) return 0;
  for (i = 0; i < count; i++) {
    uint32_t dl = gathered[i] == 0 ? 1 : gathered[i];
    uint32_t tf = freqs[i] < dl ? freqs[i] : dl;
    tf = tf == 0 ? 1 : tf;
    uint32_t width = LEDE_NAME(short_bits)(dl - 1);
    uint32_t all = LEDE_NAME(short_bits)(dl - tf), rows = LEDE_NAME(short_bits)(tf);
    uint32_t low = all > rows ? all - rows : 0;
    uint32_t many = tf * (low + 1) + ((dl - tf) >> low);
    uint32_t few = tf == 1 ? width : 2 * width - 1;
    sizes[i] = tf <= 2 ? few : many;
  }
  return 1;
#endif
}

static uint64_t LEDE_NAME(lede_positions_span)(lede_lengths lengths, const uint32_t *docs,
                                               const uint32_t *freqs, size_t count) {
  uint32_t sizes[512], sum = 0;
  if (!LEDE_NAME(sizes_of)(lengths, docs, freqs, count, sizes))
    return span_of_long(lengths, docs, freqs, count);
  for (size_t i = 0; i < count; i++) sum += sizes[i];
  return sum;
}

static void LEDE_NAME(lede_position_starts)(lede_lengths lengths, const uint32_t *docs,
                                            const uint32_t *freqs, uint32_t from, uint64_t start,
                                            const uint32_t *places, size_t place_count,
                                            uint64_t *out) {
  uint32_t sizes[512];
  // Places of damaged lists may not ascend: those that lie before others start where these do.
  size_t at = from, last = from;
  for (size_t i = 0; i < place_count; i++) last = places[i] > last ? places[i] : last;
  if (!LEDE_NAME(sizes_of)(lengths, docs + from, freqs + from, last - from, sizes)) {
    for (size_t i = 0; i < place_count; i++) {
      if (places[i] > at) {
        start += span_of_long(lengths, docs + at, freqs + at, places[i] - at);
        at = places[i];
      }
      out[i] = start;
    }
    return;
  }
  for (size_t i = 0; i < place_count; i++) {
    uint32_t sum = 0;
#if defined(LEDE_IS_AVX512)
    if (places[i] > at) {
      __m512i sums = _mm512_setzero_si512();
      for (; at + 16 <= places[i]; at += 16)
        sums = _mm512_add_epi32(sums, _mm512_loadu_si512(sizes + at - from));
      __mmask16 rest = (__mmask16)((1u << (places[i] - at)) - 1);
      sums = _mm512_add_epi32(sums, _mm512_maskz_loadu_epi32(rest, sizes + at - from));
      sum = (uint32_t)_mm512_reduce_add_epi32(sums);
      at = places[i];
    }
#else
    for (; at < places[i]; at++) sum += sizes[at - from];
#endif
    start += sum;
    out[i] = start;
  }
}
