// The kernels of lede_batch.h; see levels.h. Who is dropped is counted instead of branched on: a processor
// would guess wrong too often.

static size_t LEDE_NAME(lede_batch_fill)(lede_batch *batch, size_t room, const uint32_t *docs,
                                         const float *bounds, const uint32_t *chosen, size_t count,
                                         float least, uint32_t first, uint32_t *lead_places) {
  size_t kept = batch->count, next = 0;
  // Each of `chosen` takes one place at most.
  while (next < count && kept < room) {
    size_t end = count - next < room - kept ? count : next + (room - kept);
    for (; next < end; next++) {
      uint32_t place = chosen[next];
      batch->docs[kept] = docs[place];
      lead_places[kept] = first + place;
      kept += bounds[place] >= least;
    }
  }
  for (size_t i = batch->count; i < kept; i++) {
    batch->places[i] = (uint32_t)i;
    batch->partials[i] = 0;
  }
  batch->count = kept;
  return next;
}

static void LEDE_NAME(lede_batch_add)(const lede_batch *given, const float *scores,
                                      const uint32_t *lead_places, double factor, float *row) {
  lede_batch batch = *given;
  for (size_t i = 0; i < batch.count; i++) {
    float score = scores[lead_places[i]];
    row[i] = score;
    batch.partials[i] += factor * (double)score;
  }
}

#if defined(LEDE_IS_AVX512)
// Eight documents and their ceilings.
static inline __m512d LEDE_NAME(ceilings)(lede_ceiling ceiling, __m256i docs, __mmask8 valid) {
  __m256i local = _mm256_maskz_sub_epi32(valid, docs, _mm256_set1_epi32((int)ceiling.base));
  __m256i coarse = _mm256_srl_epi32(local, _mm_cvtsi32_si128((int)ceiling.coarse_shift));
  __m256i fine = _mm256_srl_epi32(local, _mm_cvtsi32_si128((int)ceiling.fine_shift));
  return _mm512_add_pd(_mm512_cvtps_pd(_mm256_i32gather_ps(ceiling.coarse, coarse, 4)),
                       _mm512_cvtps_pd(_mm256_i32gather_ps(ceiling.fine, fine, 4)));
}

// Moves those of eight documents from number i on that a mask names to the front, from place `kept` on; returns
// where they end. What is overwritten behind them was read before; of those behind the batch's last, nothing is.
static inline size_t LEDE_NAME(move)(lede_batch batch, size_t i, size_t kept, __mmask8 mask,
                                     __m256i docs, __m512d partials) {
  __m256i places = _mm256_loadu_si256((const __m256i *)(batch.places + i));
  _mm256_storeu_si256((__m256i *)(batch.docs + kept), _mm256_maskz_compress_epi32(mask, docs));
  _mm256_storeu_si256((__m256i *)(batch.places + kept), _mm256_maskz_compress_epi32(mask, places));
  _mm512_storeu_pd(batch.partials + kept, _mm512_maskz_compress_pd(mask, partials));
  return kept + (size_t)__builtin_popcount(mask);
}
#endif

static inline double LEDE_NAME(ceiling_of)(lede_ceiling ceiling, uint32_t doc) {
  uint32_t local = doc - ceiling.base;
  return (double)ceiling.coarse[local >> ceiling.coarse_shift] +
         (double)ceiling.fine[local >> ceiling.fine_shift];
}

static size_t LEDE_NAME(lede_batch_keep)(const lede_batch *given, const lede_ceiling *bounds, double cut) {
  lede_batch batch = *given;
  lede_ceiling ceiling = *bounds;
  size_t kept = 0, i = 0;
#if defined(LEDE_IS_AVX512)
  for (; i < batch.count; i += 8) {
    __mmask8 valid = lanes8(batch.count - i);
    __m256i docs = _mm256_loadu_si256((const __m256i *)(batch.docs + i));
    __m512d partials = _mm512_loadu_pd(batch.partials + i);
    __m512d most = _mm512_add_pd(partials, LEDE_NAME(ceilings)(ceiling, docs, valid));
    __mmask8 mask = _mm512_mask_cmp_pd_mask(valid, most, _mm512_set1_pd(cut), _CMP_GE_OQ);
    kept = LEDE_NAME(move)(batch, i, kept, mask, docs, partials);
  }
#endif
  for (; i < batch.count; i++) {
    uint32_t doc = batch.docs[i];
    double partial = batch.partials[i];
    batch.docs[kept] = doc;
    batch.places[kept] = batch.places[i];
    batch.partials[kept] = partial;
    kept += partial + LEDE_NAME(ceiling_of)(ceiling, doc) >= cut;
  }
  return kept;
}

static size_t LEDE_NAME(lede_batch_settle)(const lede_batch *given, const float *scores,
                                           const uint32_t *found, uint32_t least, double factor,
                                           float *row, const lede_ceiling *bounds, double cut) {
  lede_batch batch = *given;
  lede_ceiling ceiling = *bounds;
  for (size_t i = 0; i < batch.count; i++) row[batch.places[i]] = scores[i];
  size_t kept = 0, i = 0;
#if defined(LEDE_IS_AVX512)
  for (; i < batch.count; i += 8) {
    __mmask8 valid = lanes8(batch.count - i);
    __m256i docs = _mm256_loadu_si256((const __m256i *)(batch.docs + i));
    __m512d score = _mm512_cvtps_pd(_mm256_loadu_ps(scores + i));
    __m512d partials = _mm512_add_pd(_mm512_loadu_pd(batch.partials + i),
                                     _mm512_mul_pd(_mm512_set1_pd(factor), score));
    __m512d most = _mm512_add_pd(partials, LEDE_NAME(ceilings)(ceiling, docs, valid));
    __mmask8 mask = _mm512_mask_cmp_pd_mask(valid, most, _mm512_set1_pd(cut), _CMP_GE_OQ);
    mask = _mm256_mask_cmpge_epu32_mask(mask, _mm256_loadu_si256((const __m256i *)(found + i)),
                                        _mm256_set1_epi32((int)least));
    kept = LEDE_NAME(move)(batch, i, kept, mask, docs, partials);
  }
#endif
  for (; i < batch.count; i++) {
    uint32_t doc = batch.docs[i];
    double partial = batch.partials[i] + factor * (double)scores[i];
    batch.docs[kept] = doc;
    batch.places[kept] = batch.places[i];
    batch.partials[kept] = partial;
    kept += (partial + LEDE_NAME(ceiling_of)(ceiling, doc) >= cut) & (found[i] >= least);
  }
  return kept;
}

static void LEDE_NAME(lede_batch_scores)(const lede_batch *given, float *const *rows, const double *factors,
                                         size_t row_count, float *scores) {
  lede_batch batch = *given;
  size_t i = 0;
#if defined(LEDE_IS_AVX512)
  // A few are added up sooner one by one.
  for (; batch.count > 3 && i < batch.count; i += 8) {
    __mmask8 valid = lanes8(batch.count - i);
    __m256i places = _mm256_maskz_loadu_epi32(valid, batch.places + i);
    __m512d sum = _mm512_setzero_pd();
    for (size_t r = 0; r < row_count; r++) {
      __m256 row = _mm256_mmask_i32gather_ps(_mm256_setzero_ps(), valid, places, rows[r], 4);
      sum = _mm512_add_pd(sum, _mm512_mul_pd(_mm512_set1_pd(factors[r]), _mm512_cvtps_pd(row)));
    }
    _mm256_mask_storeu_ps(scores + i, valid, _mm512_cvtpd_ps(sum));
  }
#endif
  for (; i < batch.count; i++) {
    double sum = 0;
    for (size_t r = 0; r < row_count; r++)
      sum += factors[r] * (double)rows[r][batch.places[i]];
    scores[i] = (float)sum;
  }
}
