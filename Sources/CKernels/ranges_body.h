#include "lanes.h"

static void LEDE_NAME(lede_range_bounds)(lede_range_model model, const uint8_t *codes,
                                         size_t count, float *bounds) {
  for (size_t i = 0; i < count; i++) {
    float q = (float)codes[i] * (1.0f / 255.0f);
    float bound = model.scale * (q / (q + model.rho * (1.0f - q)));
    bound = bound > FLT_MIN ? bound : FLT_MIN;
    bounds[i] = codes[i] == 0 ? model.absent : bound;
  }
}

static void LEDE_NAME(lede_fill_floats)(float *values, size_t count, float value) {
  for (size_t i = 0; i < count; i++) values[i] = value;
}

static void LEDE_NAME(lede_add_floats)(const float *some, const float *others, size_t count,
                                       float *sums) {
  for (size_t i = 0; i < count; i++) sums[i] = some[i] + others[i];
}

static void LEDE_NAME(lede_lessen_floats)(float *values, const float *others, size_t count) {
  for (size_t i = 0; i < count; i++)
    values[i] = values[i] < others[i] ? values[i] : others[i];
}

static size_t LEDE_NAME(lede_select_floats)(const float *values, size_t count, float least,
                                            uint32_t *out) {
  size_t kept = 0, i = 0;
#if defined(LEDE_IS_AVX512)
  __m512 wanted = _mm512_set1_ps(least);
  __m512i numbers = numbers16();
  for (; i + 16 <= count; i += 16) {
    __mmask16 mask = _mm512_cmp_ps_mask(_mm512_loadu_ps(values + i), wanted, _CMP_GE_OQ);
    if (mask != 0) {
      // Stored whole behind a register compress: compressing into memory is slow on some processors.
      __m512i some = _mm512_maskz_compress_epi32(mask, numbers);
      _mm512_mask_storeu_epi32(out + kept, (__mmask16)((1u << __builtin_popcount(mask)) - 1), some);
      kept += (size_t)__builtin_popcount(mask);
    }
    numbers = _mm512_add_epi32(numbers, _mm512_set1_epi32(16));
  }
#elif defined(LEDE_IS_AVX2)
  __m256 wanted = _mm256_set1_ps(least);
  for (; i + 8 <= count; i += 8) {
    __m256 hits = _mm256_cmp_ps(_mm256_loadu_ps(values + i), wanted, _CMP_GE_OQ);
    for (unsigned mask = (unsigned)_mm256_movemask_ps(hits); mask != 0; mask &= mask - 1)
      out[kept++] = (uint32_t)i + (uint32_t)__builtin_ctz(mask);
  }
#endif
  for (; i < count; i++) {
    if (values[i] >= least) out[kept++] = (uint32_t)i;
  }
  return kept;
}

static void LEDE_NAME(lede_rank_floats)(const float *values, size_t count, uint32_t *ranks) {
#if defined(LEDE_IS_AVX512)
  for (size_t i = 0; i < count; i++) {
    __m512 value = _mm512_set1_ps(values[i]);
    uint32_t before = 0;
    // Of those that stand before it, equal ones count as well.
    for (size_t j = 0; j < i; j += 16) {
      __m512 others = _mm512_maskz_loadu_ps(lanes16(i - j), values + j);
      before += (uint32_t)__builtin_popcount(
          _mm512_mask_cmp_ps_mask(lanes16(i - j), others, value, _CMP_GE_OQ));
    }
    for (size_t j = i; j < count; j += 16) {
      __m512 others = _mm512_maskz_loadu_ps(lanes16(count - j), values + j);
      before += (uint32_t)__builtin_popcount(
          _mm512_mask_cmp_ps_mask(lanes16(count - j), others, value, _CMP_GT_OQ));
    }
    ranks[i] = before;
  }
#else
  for (size_t i = 0; i < count; i++) {
    float value = values[i];
    uint32_t before = 0;
    for (size_t j = 0; j < count; j++) before += values[j] > value;
    for (size_t j = 0; j < i; j++) before += values[j] == value;
    ranks[i] = before;
  }
#endif
}

#if defined(LEDE_IS_AVX512)
// The bounds of those of sixteen documents that a mask names; zeros for others.
static inline __m512 LEDE_NAME(bounds_of)(const float *bounds, uint32_t shift, __m512i local,
                                          __mmask16 valid) {
  if (shift == LEDE_ONE_FOR_ALL) return _mm512_set1_ps(bounds[0]);
  __m512i places = _mm512_srl_epi32(local, _mm_cvtsi32_si128((int)shift));
  return _mm512_mask_i32gather_ps(_mm512_setzero_ps(), valid, places, bounds, 4);
}
#endif

static void LEDE_NAME(lede_candidate_bounds)(const uint32_t *docs, const float *scores,
                                             size_t count, float factor, lede_ceiling ceiling,
                                             float *out) {
#if defined(LEDE_IS_AVX512)
  __m512i base = _mm512_set1_epi32((int)ceiling.base);
  __m512 times = _mm512_set1_ps(factor);
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 valid = lanes16(count - i);
    __m512i local = _mm512_sub_epi32(_mm512_maskz_loadu_epi32(valid, docs + i), base);
    __m512 rest = _mm512_add_ps(
        LEDE_NAME(bounds_of)(ceiling.coarse, ceiling.coarse_shift, local, valid),
        LEDE_NAME(bounds_of)(ceiling.fine, ceiling.fine_shift, local, valid));
    __m512 own = _mm512_mul_ps(times, _mm512_maskz_loadu_ps(valid, scores + i));
    _mm512_mask_storeu_ps(out + i, valid, _mm512_add_ps(rest, own));
  }
#else
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] - ceiling.base;
    out[i] = ceiling.coarse[local >> ceiling.coarse_shift] +
             ceiling.fine[local >> ceiling.fine_shift] + factor * scores[i];
  }
#endif
}

// Bisection by values; not negative floats order as their bits do, which the compiler vectorises.
static float LEDE_NAME(lede_upper_floats)(const float *values, size_t count, float floor,
                                          size_t wanted, size_t most) {
  const float_bits *bits = (const float_bits *)values;
  int32_t low = bits_of(floor > 0 ? floor : 0), high = low;
  for (size_t i = 0; i < count; i++) high = bits[i] > high ? bits[i] : high;
  float least = float_of(low), greatest = float_of(high);
  for (int step = 0; step < 6 && least < greatest; step++) {
    float middle = least + (greatest - least) * 0.5f;
    int32_t limit = bits_of(middle);
    uint32_t above = 0;
    for (size_t i = 0; i < count; i++) above += bits[i] >= limit;
    if (above < wanted) {
      greatest = middle;
      continue;
    }
    least = middle;
    if (above <= most) break;
  }
  return least;
}
