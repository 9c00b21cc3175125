// The documents of ranges as bits, for the kernels of lede_ranged.h; once for each level, see levels.h.

// Sets the bits of documents given by their numbers in a range, none of which is set yet.
static inline void LEDE_NAME(set_bits)(const uint32_t *docs, size_t count, uint32_t base,
                                       uint64_t *bits) {
#if defined(LEDE_IS_AVX512)
  // Lane by lane of 32 documents: shifts by anything else give 0. No word waits for the one before.
  __m512i firsts = _mm512_add_epi32(
      _mm512_set1_epi32((int)base),
      _mm512_setr_epi32(0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 480));
  __m512i one = _mm512_set1_epi32(1), set = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i++) {
    __m512i doc = _mm512_set1_epi32((int)docs[i]);
    set = _mm512_or_si512(set, _mm512_sllv_epi32(one, _mm512_sub_epi32(doc, firsts)));
  }
  _mm512_storeu_si512(bits, set);
#elif defined(LEDE_IS_AVX2)
  __m256i low = _mm256_add_epi32(_mm256_set1_epi32((int)base),
                                 _mm256_setr_epi32(0, 32, 64, 96, 128, 160, 192, 224));
  __m256i high = _mm256_add_epi32(low, _mm256_set1_epi32(256));
  __m256i one = _mm256_set1_epi32(1);
  __m256i first = _mm256_setzero_si256(), second = _mm256_setzero_si256();
  for (size_t i = 0; i < count; i++) {
    __m256i doc = _mm256_set1_epi32((int)docs[i]);
    first = _mm256_or_si256(first, _mm256_sllv_epi32(one, _mm256_sub_epi32(doc, low)));
    second = _mm256_or_si256(second, _mm256_sllv_epi32(one, _mm256_sub_epi32(doc, high)));
  }
  _mm256_storeu_si256((__m256i *)bits, first);
  _mm256_storeu_si256((__m256i *)(bits + 4), second);
#else
  memset(bits, 0, 64);
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] - base;
    bits[local >> 6] |= 1ull << (local & 63);
  }
#endif
}

// Of the last range only the documents that there are: so many, or more, are left from its first one on.
static inline void LEDE_NAME(cut_bits)(uint32_t left, uint64_t *bits) {
  for (uint32_t w = left / 64; left < LEDE_RANGE_SIZE && w < 8; w++)
    bits[w] &= w > left / 64 ? 0 : (1ull << (left % 64)) - 1;
}

// How many bits are set before each of eight words.
static inline void LEDE_NAME(bits_before)(const uint64_t *bits, uint32_t *before) {
  uint32_t sum = 0;
  for (int w = 0; w < 8; w++) {
    before[w] = sum;
    sum += (uint32_t)__builtin_popcountll(bits[w]);
  }
}

// The place of a document of the range among those whose bits are set.
static inline uint32_t LEDE_NAME(place_among)(const uint64_t *bits, const uint32_t *before, uint32_t doc) {
  uint32_t local = doc & 511;
  uint64_t below = bits[local >> 6] & ((1ull << (local & 63)) - 1);
  return before[local >> 6] + (uint32_t)__builtin_popcountll(below);
}

// The eight words of a bitmap.
static inline void LEDE_NAME(load_bitmap)(const lede_ranged *list, const uint8_t *bytes,
                                          uint32_t base, uint64_t *bits) {
  for (int w = 0; w < 8; w++) bits[w] = load_uint64(bytes + 8 * w);
  LEDE_NAME(cut_bits)(list->doc_count - base, bits);
}

#if defined(LEDE_IS_AVX512)
// Sums of sixteen-bit lanes from the first to each, without carries.
static inline __m512i sums_to_each(__m512i lanes) {
  lanes = _mm512_add_epi16(lanes, _mm512_bslli_epi128(lanes, 2));
  lanes = _mm512_add_epi16(lanes, _mm512_bslli_epi128(lanes, 4));
  lanes = _mm512_add_epi16(lanes, _mm512_bslli_epi128(lanes, 8));
  // What the quarters before add up to.
  __m512i last = _mm512_shuffle_epi8(lanes, _mm512_set1_epi16(0x0f0e));
  __m512i before = _mm512_maskz_shuffle_i64x2(0xfc, last, last, _MM_SHUFFLE(2, 1, 0, 0));
  last = _mm512_add_epi16(last, before);
  before = _mm512_add_epi16(before, _mm512_maskz_shuffle_i64x2(0xf0, last, last, _MM_SHUFFLE(1, 0, 0, 0)));
  return _mm512_add_epi16(lanes, before);
}

// One bit for each of 32 nibbles.
static inline __m512i bits_of_nibbles(const uint8_t *nibbles) {
  __m256i pairs = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)nibbles));
  pairs = _mm256_and_si256(_mm256_or_si256(pairs, _mm256_slli_epi16(pairs, 4)), _mm256_set1_epi8(15));
  return _mm512_sllv_epi16(_mm512_set1_epi16(1), _mm512_cvtepu8_epi16(pairs));
}

// How many documents lie in each bucket and those before it, of 32, given the upper parts.
static inline __m512i ends_of_buckets(uint64_t high0, uint64_t high1, size_t count) {
  // The last bucket ends behind all bits.
  uint32_t used = (uint32_t)count + 31;
  uint64_t clear = ~high0 & _bzhi_u64(UINT64_MAX, used + 1 < 64 ? used + 1 : 64);
  uint64_t more = used >= 64 ? ~high1 & _bzhi_u64(UINT64_MAX, used - 63) : 0;
  __m512i ends = _mm512_sub_epi8(ones128(clear, more), numbers64());
  return _mm512_cvtepu8_epi16(_mm512_castsi512_si256(ends));
}

// The bits of a range in nibbles that lies before the segment's last documents and LOOK_BYTES before the
// payload's end; 0 where it makes no sense.
//
// A bucket is sixteen bits: those of its documents add up, as none is there twice, and are what all up to its
// end add up to, less all up to the bucket before.
static inline int nibble_bits(const uint8_t *range, __m512i *bits) {
  LEDE_NAME(nibble_parts) parts = LEDE_NAME(parts_of)(range);
  size_t count = parts.count;
  if ((size_t)(__builtin_popcountll(parts.high0) + __builtin_popcountll(parts.high1)) != count)
    return 0;
  __m512i ends = ends_of_buckets(parts.high0, parts.high1, count);
  __m512i last = _mm512_sub_epi16(ends, _mm512_set1_epi16(1));
  __m512i sums = sums_to_each(bits_of_nibbles(parts.nibbles)), upto;
  if (count > 32) {
    __m512i later = sums_to_each(bits_of_nibbles(parts.nibbles + 16));
    later = _mm512_add_epi16(later, _mm512_permutexvar_epi16(_mm512_set1_epi16(31), sums));
    upto = _mm512_permutex2var_epi16(sums, last, later);
  } else {
    upto = _mm512_permutexvar_epi16(last, sums);
  }
  upto = _mm512_maskz_mov_epi16(_mm512_test_epi16_mask(ends, ends), upto);
  __m512i before = _mm512_alignr_epi8(
      upto, _mm512_maskz_shuffle_i64x2(0xfc, upto, upto, _MM_SHUFFLE(2, 1, 0, 0)), 14);
  *bits = _mm512_sub_epi16(upto, before);
  return (size_t)_mm512_reduce_add_epi64(_mm512_popcnt_epi64(*bits)) == count;
}
#endif

#if defined(LEDE_IS_AVX512)
// The bits of a range that can be taken without a loop; 0 where it cannot.
static inline int quick_bits(const lede_ranged *list, uint32_t range, __m512i *bits) {
  size_t start = range_start(list, range);
  if (!is_inside(list, range, start)) return 0;
  if (list->payload[start] >> 6 != BITMAP) return nibble_bits(list->payload + start, bits);
  *bits = _mm512_loadu_si512(list->payload + start + 1);
  return 1;
}
#endif

// The bits of a range with documents; returns 0, or LEDE_DAMAGED.
static inline size_t LEDE_NAME(take_bits)(const lede_ranged *list, uint32_t range,
                                          uint64_t *bits) {
#if defined(LEDE_IS_AVX512)
  __m512i taken;
  if (quick_bits(list, range, &taken)) {
    _mm512_storeu_si512(bits, taken);
    return 0;
  }
#endif
  uint32_t base = range << 9;
  size_t start = range_start(list, range), size = list->size;
  if (start < size && size - start > 64 && list->payload[start] >> 6 == BITMAP) {
    LEDE_NAME(load_bitmap)(list, list->payload + start + 1, base, bits);
    return 0;
  }
  range_view view;
  if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
  uint32_t docs[LEDE_RANGE_SIZE + 16];
  LEDE_NAME(take_docs)(&view, docs);
  if (!ends_inside(list, docs, view.count)) return LEDE_DAMAGED;
  LEDE_NAME(set_bits)(docs, view.count, base, bits);
  return 0;
}

// The bits of a range in as few registers as there are.
#if defined(LEDE_IS_AVX512)
typedef __m512i LEDE_NAME(range_bits);
#else
typedef struct {
  uint64_t words[8];
} LEDE_NAME(range_bits);
#endif

static inline LEDE_NAME(range_bits) LEDE_NAME(all_bits)(void) {
  LEDE_NAME(range_bits) all;
  memset(&all, 0xff, sizeof all);
  return all;
}

// Keeps the bits that are set in others, too; returns whether any is left.
static inline int LEDE_NAME(share)(LEDE_NAME(range_bits) *all, LEDE_NAME(range_bits) others) {
#if defined(LEDE_IS_AVX512)
  *all = _mm512_and_si512(*all, others);
  return _mm512_test_epi64_mask(*all, *all) != 0;
#else
  uint64_t any = 0;
  for (int w = 0; w < 8; w++) any |= all->words[w] &= others.words[w];
  return any != 0;
#endif
}

// As take_bits. Inlined, so that they stay in registers.
static inline __attribute__((always_inline)) size_t LEDE_NAME(bits_of)(const lede_ranged *list,
                                                                       uint32_t range,
                                                                       LEDE_NAME(range_bits) *bits) {
#if defined(LEDE_IS_AVX512)
  if (quick_bits(list, range, bits)) return 0;
#endif
  uint64_t words[8];
  size_t status = LEDE_NAME(take_bits)(list, range, words);
  memcpy(bits, words, 64);
  return status;
}
