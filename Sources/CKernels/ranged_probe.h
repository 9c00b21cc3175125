// Scores of single documents of any ranges, for the kernels of lede_ranged.h; once for each level, see
// levels.h.

// What documents score, 0 where their termFreq is.
static inline void LEDE_NAME(score_found)(lede_bm25 model, lede_lengths lengths,
                                          const uint32_t *docs, const uint32_t *freqs, size_t count,
                                          float *scores) {
  size_t i = 0;
#if defined(LEDE_IS_AVX512)
  for (; i < count; i += 16) {
    __mmask16 valid = lanes16(count - i);
    __m512i row = lengths16(lengths.column, _mm512_maskz_loadu_epi32(valid, docs + i), valid);
    if (__builtin_expect(escapes16(row) != 0, 0)) break;
    __m512i freq = _mm512_maskz_loadu_epi32(valid, freqs + i);
    __m512 score = scores16(model, _mm512_cvtepi32_ps(freq), row);
    // 0 / (0 + k): k is above 0 unless k1 is.
    score = _mm512_maskz_mov_ps(_mm512_test_epi32_mask(freq, freq), score);
    _mm512_mask_storeu_ps(scores + i, valid, score);
  }
#endif
  for (; i < count; i++) {
    uint32_t dl = lede_document_length(lengths, docs[i]);
    float tf = (float)(int32_t)freqs[i], k = model.a + model.c * (float)(int32_t)dl;
    // 0 / (0 + k): k is above 0 unless k1 is.
    scores[i] = freqs[i] == 0 ? 0 : model.w * (tf / (tf + k));
  }
}

#if defined(LEDE_IS_AVX512)
// Documents that are looked up before the termFreq of any is read: so many wait for nothing but memory.
#define SIDE_BY_SIDE 64

// Where the termFreqs of some documents are, by document: the range's start, and the place in it.
typedef struct {
  uint64_t starts[SIDE_BY_SIDE], places[SIDE_BY_SIDE];
  uint64_t found, unknown, bitmaps;  // a bit for each document
} side_looks;

static inline void look_many(const lede_ranged *list, const uint32_t *docs, size_t count,
                             side_looks *all) {
  all->found = all->unknown = all->bitmaps = 0;
  for (size_t i = 0; i < count; i += 8) {
    side_look look = look_side(list, docs + i, lanes8(count - i));
    _mm512_storeu_si512(all->starts + i, look.starts);
    _mm512_storeu_si512(all->places + i, look.places);
    all->found |= (uint64_t)look.found << i;
    all->unknown |= (uint64_t)look.unknown << i;
    all->bitmaps |= (uint64_t)look.bitmaps << i;
  }
}

// The termFreqs of documents that lie apart.
static inline size_t find_side(const lede_ranged *list, const uint32_t *docs, size_t count,
                               uint32_t *freqs) {
  side_looks all;
  memset(freqs, 0, 4 * count);
  for (size_t at = 0; at < count; at += SIDE_BY_SIDE) {
    look_many(list, docs + at, count - at < SIDE_BY_SIDE ? count - at : SIDE_BY_SIDE, &all);
    for (uint64_t left = all.found; left != 0; left &= left - 1) {
      size_t i = (size_t)__builtin_ctzll(left);
      const uint8_t *range = list->payload + all.starts[i];
      uint32_t place = all.bitmaps >> i & 1
                           ? LEDE_NAME(place_in_bitmap)(range + 1, docs[at + i] & 511)
                           : (uint32_t)all.places[i];
      freqs[at + i] = LEDE_NAME(freq_in)(range, list->size - all.starts[i], place);
    }
    for (uint64_t left = all.unknown; left != 0; left &= left - 1) {
      size_t i = at + (size_t)__builtin_ctzll(left);
      uint32_t place;
      if (LEDE_NAME(find_in)(list, docs + i, 1, freqs + i, &place) == LEDE_DAMAGED) return LEDE_DAMAGED;
    }
  }
  return 0;
}
#endif

static size_t LEDE_NAME(lede_ranged_probe)(const lede_ranged *list, lede_bm25 model,
                                           lede_lengths lengths, const uint32_t *docs, size_t count,
                                           float *scores, uint32_t *freqs) {
  uint32_t places[LEDE_RANGE_SIZE];
  // Ranges lie apart: all are on their way from memory before the first is looked at.
  for (size_t i = 0; i < count; i++) prefetch_range(list, docs[i] >> 9);
  size_t start = 0;
#if defined(LEDE_IS_AVX512)
  if (lie_apart(list, docs, count)) {
    if (find_side(list, docs, count, freqs) == LEDE_DAMAGED) return LEDE_DAMAGED;
    start = count;
  }
#endif
  while (start < count) {
    size_t end = LEDE_NAME(same_range)(docs, count, start);
    if (LEDE_NAME(find_in)(list, docs + start, end - start, freqs + start, places) == LEDE_DAMAGED)
      return LEDE_DAMAGED;
    start = end;
  }
  LEDE_NAME(score_found)(model, lengths, docs, freqs, count, scores);
  return 0;
}

// The termFreq of a document that was met in a list, by its place.
static inline uint32_t LEDE_NAME(met_freq)(const lede_ranged *list, uint32_t doc, uint32_t place) {
#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
  // Safe: as its place was found, the range's documents lie in the payload.
  size_t start = range_start(list, doc >> 9);
  return LEDE_NAME(freq_in)(list->payload + start, list->size - start, place);
#else
  uint32_t freq;
  return LEDE_NAME(find_in)(list, &doc, 1, &freq, &place) == 1 ? freq : 0;
#endif
}

static void LEDE_NAME(lede_ranged_score_places)(const lede_ranged *list, lede_bm25 model,
                                                lede_lengths lengths, const uint32_t *docs,
                                                const uint32_t *rows, size_t count,
                                                const uint32_t *places, float *scores,
                                                uint32_t *freqs) {
  size_t i = 0;
  while (i < count) {
#if defined(LEDE_IS_AVX512)
    size_t end = LEDE_NAME(same_range)(docs, count, i);
    if (end - i >= GROUP_LEAST && freqs_of_group(list, range_start(list, docs[i] >> 9), rows + i, end - i,
                                                 places, freqs + i)) {
      i = end;
      continue;
    }
#else
    size_t end = i + 1;
#endif
    for (; i < end; i++) freqs[i] = LEDE_NAME(met_freq)(list, docs[i], places[rows[i]]);
  }
  LEDE_NAME(score_found)(model, lengths, docs, freqs, count, scores);
}
