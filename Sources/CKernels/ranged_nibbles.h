// The documents of a range in nibbles as bytes of a register, for the kernels of lede_ranged.h; for AVX-512 alone.
#if defined(LEDE_IS_AVX512)

// Whether a range ends before the segment's last documents, and LOOK_BYTES from its start on lie in the payload.
static inline int is_inside(const lede_ranged *list, uint32_t range, size_t start) {
  return start + LOOK_BYTES <= list->size && (range + 1) << 9 <= list->doc_count;
}

// The documents of a range: which sixteen of the range each lies in, below 32, and where in it.
typedef struct {
  uint64_t lanes;
  __m512i buckets, lows;
} nibble_docs;

// At least LOOK_BYTES lie before the payload's end. Returns 0 where the bytes make no sense.
static inline int docs_in_nibbles(LEDE_NAME(nibble_parts) parts, nibble_docs *out) {
  if ((uint32_t)(__builtin_popcountll(parts.high0) + __builtin_popcountll(parts.high1)) != parts.count)
    return 0;
  __m512i pairs = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)parts.nibbles));
  out->lanes = _bzhi_u64(UINT64_MAX, parts.count);
  out->buckets = _mm512_sub_epi8(ones128(parts.high0, parts.high1), numbers64());
  out->lows = _mm512_and_si512(_mm512_or_si512(pairs, _mm512_slli_epi16(pairs, 4)), _mm512_set1_epi8(15));
  return 1;
}

// The place of a document among those of its range; 64 where it is not there.
static inline uint32_t place_in_nibbles(const nibble_docs *docs, uint32_t doc) {
  uint32_t local = doc & 511;
  __mmask64 equal = _mm512_cmpeq_epi8_mask(docs->buckets, _mm512_set1_epi8((char)(local >> 4)));
  equal = _mm512_mask_cmpeq_epi8_mask(equal, docs->lows, _mm512_set1_epi8((char)(local & 15)));
  return (uint32_t)_tzcnt_u64(equal & docs->lanes);
}

// Whether each document stands after the one before.
static inline int ascend_in_nibbles(const nibble_docs *docs) {
  // Buckets do not go back.
  __m512i last = _mm512_sub_epi8(numbers64(), _mm512_set1_epi8(1));
  __mmask64 same = _mm512_mask_cmpeq_epi8_mask(docs->lanes & ~1ull, docs->buckets,
                                               _mm512_permutexvar_epi8(last, docs->buckets));
  return _mm512_mask_cmple_epu8_mask(same, docs->lows, _mm512_permutexvar_epi8(last, docs->lows)) == 0;
}
#endif
