// The kernel of lede_intersect.h; see levels.h.

#include "lanes.h"

// From some places on, a document at a time: which list moves on is counted, not branched on.
static inline size_t LEDE_NAME(intersect_plain)(const uint32_t *few, size_t i, size_t few_count,
                                                const uint32_t *many, size_t j, size_t many_count,
                                                uint32_t *few_places, uint32_t *many_places,
                                                size_t found) {
  while (i < few_count && j < many_count) {
    uint32_t left = few[i], right = many[j];
    few_places[found] = (uint32_t)i;
    many_places[found] = (uint32_t)j;
    found += left == right;
    i += left <= right;
    j += right <= left;
  }
  return found;
}

#if LEDE_IS_AVX512
#define LEDE_LANES 16
#define LEDE_REGISTER __m512i
#define LEDE_LOAD(docs) _mm512_loadu_si512(docs)
// A bit for each lane that holds the document.
#define LEDE_EQUAL(docs, doc) \
  (uint32_t)_mm512_cmpeq_epi32_mask(docs, _mm512_set1_epi32((int)(doc)))

static inline void LEDE_NAME(put_lanes)(uint32_t lanes, size_t start, uint32_t *places) {
  __m512i numbers = _mm512_add_epi32(_mm512_set1_epi32((int)start), numbers16());
  _mm512_storeu_si512(places, _mm512_maskz_compress_epi32((__mmask16)lanes, numbers));
}
#elif LEDE_IS_AVX2
#define LEDE_LANES 8
#define LEDE_REGISTER __m256i
#define LEDE_LOAD(docs) _mm256_loadu_si256((const __m256i *)(docs))
#define LEDE_EQUAL(docs, doc)              \
  (uint32_t)_mm256_movemask_ps(            \
      _mm256_castsi256_ps(_mm256_cmpeq_epi32(docs, _mm256_set1_epi32((int)(doc)))))

static inline void LEDE_NAME(put_lanes)(uint32_t lanes, size_t start, uint32_t *places) {
  for (; lanes != 0; lanes &= lanes - 1) *places++ = (uint32_t)start + (uint32_t)__builtin_ctz(lanes);
}
#endif

#ifdef LEDE_LANES
// The lanes of a register of documents that hold one of some others, from *i on up to the register's last.
// Those of the others that are there are appended to `places`.
static inline uint32_t LEDE_NAME(matching)(const uint32_t *chunk, const uint32_t *few, size_t *i,
                                           size_t few_count, uint32_t *places, size_t *found) {
  LEDE_REGISTER docs = LEDE_LOAD(chunk);
  uint32_t last = chunk[LEDE_LANES - 1], lanes = 0;
  size_t at = *i, kept = *found;
  do {
    uint32_t equal = LEDE_EQUAL(docs, few[at]);
    lanes |= equal;
    places[kept] = (uint32_t)at;
    kept += equal != 0;
    at++;
  } while (at < few_count && few[at] <= last);
  *i = at;
  *found = kept;
  return lanes;
}
#endif

#if LEDE_IS_AVX512
// Documents of the longer list that are looked at together: eight registers of them.
#define LEDE_CHUNK 128

// The last documents of a chunk's registers.
static inline __m256i lasts_of(const uint32_t *chunk) {
  const __m256i places = _mm256_setr_epi32(15, 31, 47, 63, 79, 95, 111, 127);
  return _mm256_i32gather_epi32((const int *)chunk, places, 4);
}

// Looks the documents of one list, from *i on, up in whole chunks of the other, from *j on. Which register a
// document can be in is counted: where the lists meet cannot be guessed, so that little branches on it.
static inline size_t intersect_chunks(const uint32_t *few, size_t *i, size_t few_count,
                                      const uint32_t *many, size_t *j, size_t many_count,
                                      uint32_t *few_places, uint32_t *many_places) {
  size_t at = *i, chunk = *j, found = 0;
  for (; chunk + LEDE_CHUNK <= many_count && at < few_count; chunk += LEDE_CHUNK) {
    uint32_t last = many[chunk + LEDE_CHUNK - 1];
    if (few[at] > last) continue;
    __m256i lasts = lasts_of(many + chunk);
    do {
      uint32_t doc = few[at];
      // Below eight, as the document is not above the last one of all.
      size_t number = (size_t)__builtin_popcount(
          _mm256_cmplt_epu32_mask(lasts, _mm256_set1_epi32((int)doc)));
      size_t first = chunk + LEDE_LANES * number;
      uint32_t equal = LEDE_EQUAL(LEDE_LOAD(many + first), doc);
      few_places[found] = (uint32_t)at;
      many_places[found] = (uint32_t)(first + (size_t)__builtin_ctz(equal | 1u << LEDE_LANES));
      found += equal != 0;
      at++;
    } while (at < few_count && few[at] <= last);
  }
  *i = at;
  *j = chunk;
  return found;
}
#undef LEDE_CHUNK
#endif

static size_t LEDE_NAME(lede_intersect)(const uint32_t *few, size_t few_count, const uint32_t *many,
                                        size_t many_count, uint32_t *few_places,
                                        uint32_t *many_places) {
  size_t i = 0, j = 0, found = 0;
#if LEDE_IS_AVX512
  found = intersect_chunks(few, &i, few_count, many, &j, many_count, few_places, many_places);
#endif
#ifdef LEDE_LANES
  for (; j + LEDE_LANES <= many_count && i < few_count; j += LEDE_LANES) {
    if (few[i] > many[j + LEDE_LANES - 1]) continue;
    size_t before = found;
    uint32_t lanes = LEDE_NAME(matching)(many + j, few, &i, few_count, few_places, &found);
    // Safe: of lists without duplicates as many lanes match as documents do; there is room for a
    // register behind those.
    if (lanes != 0) LEDE_NAME(put_lanes)(lanes, j, many_places + before);
  }
#undef LEDE_LANES
#undef LEDE_REGISTER
#undef LEDE_LOAD
#undef LEDE_EQUAL
#endif
  return LEDE_NAME(intersect_plain)(few, i, few_count, many, j, many_count, few_places, many_places,
                                    found);
}
