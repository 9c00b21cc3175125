// Looking documents of any ranges up side by side, for the kernels of lede_ranged.h; for AVX-512 alone.
//
// One at a time, each look-up has two branches that cannot be guessed: which form the range has, and whether it
// has the document. Here eight go without any.
#if defined(LEDE_IS_AVX512)

// The lanes of eight that `count` fill from the first on.
static inline __mmask8 lanes_of(size_t count) {
  return count >= 8 ? (__mmask8)0xff : (__mmask8)((1u << count) - 1);
}

// What eight documents' ranges say of them. Of damage they say anything, as `look` does.
typedef struct {
  __mmask8 found;
  __mmask8 unknown;  // whose range lies too near to the payload's end to be read here
  __m512i starts;    // bytes from the payload to the range; of those found
  __m512i places;    // among the range's postings; of those found in nibbles
  __mmask8 bitmaps;  // of those found
} side_look;

// The place of set bit number `rank` in each word; 63 where there is none.
static inline __m512i select_each(__m512i word, __m512i rank) {
  __m512i place = _mm512_setzero_si512();
  for (int width = 32; width > 0; width /= 2) {
    __m512i low = _mm512_and_si512(word, _mm512_set1_epi64((long long)((1ull << width) - 1)));
    __m512i below = _mm512_popcnt_epi64(low);
    __mmask8 is_above = _mm512_cmpge_epu64_mask(rank, below);
    rank = _mm512_mask_sub_epi64(rank, is_above, rank, below);
    place = _mm512_mask_add_epi64(place, is_above, place, _mm512_set1_epi64(width));
    word = _mm512_mask_srli_epi64(word, is_above, word, (unsigned)width);
  }
  return place;
}

// The zeros below the lowest one in each word; 64 where there is none.
static inline __m512i zeros_below(__m512i word) {
  __m512i less = _mm512_sub_epi64(word, _mm512_set1_epi64(1));
  return _mm512_popcnt_epi64(_mm512_andnot_si512(word, less));
}

static inline __m512i ones_below(__m512i bits) {
  return _mm512_sub_epi64(_mm512_sllv_epi64(_mm512_set1_epi64(1), bits), _mm512_set1_epi64(1));
}

// See look_nibbles, lane by lane. `heads` are the first bytes of the ranges.
static inline __mmask8 look_nibbles_side(const lede_ranged *list, __mmask8 lanes, __m512i starts,
                                         __m512i heads, __m512i local, __m512i *places) {
  const __m512i one = _mm512_set1_epi64(1), zero = _mm512_setzero_si512();
  __m512i count = _mm512_add_epi64(_mm512_and_si512(heads, _mm512_set1_epi64(63)), one);
  __m512i used = _mm512_add_epi64(count, _mm512_set1_epi64(31));
  __mmask8 is_packed = _mm512_cmpeq_epi64_mask(_mm512_srli_epi64(heads, 6), _mm512_set1_epi64(NIBBLES_PACKED));
  __m512i high = _mm512_add_epi64(starts, one);
  high = _mm512_mask_add_epi64(high, is_packed, high, one);
  __mmask8 is_long = _mm512_mask_cmpgt_epu64_mask(lanes, used, _mm512_set1_epi64(64));
  __m512i high0 = _mm512_mask_i64gather_epi64(zero, lanes, high, list->payload, 1);
  high0 = _mm512_and_si512(high0, ones_below(used));
  __m512i high1 = _mm512_mask_i64gather_epi64(zero, is_long, high, list->payload + 8, 1);
  high1 = _mm512_and_si512(high1, ones_below(_mm512_sub_epi64(used, _mm512_set1_epi64(64))));
  // A zero before the first bucket makes all of them alike: a bucket follows zero number `bucket`.
  __m512i bucket = _mm512_srli_epi64(local, 4);
  __m512i clear0 = _mm512_xor_si512(_mm512_slli_epi64(high0, 1), _mm512_set1_epi64(-1));
  __m512i shifted = _mm512_or_si512(_mm512_slli_epi64(high1, 1), _mm512_srli_epi64(high0, 63));
  __m512i clear1 = _mm512_xor_si512(shifted, _mm512_set1_epi64(-1));
  __m512i zeros = _mm512_popcnt_epi64(clear0);
  __mmask8 is_second = _mm512_cmpge_epu64_mask(bucket, zeros);
  __m512i rank = _mm512_mask_sub_epi64(bucket, is_second, bucket, zeros);
  __m512i bit = select_each(_mm512_mask_blend_epi64(is_second, clear0, clear1), rank);
  __m512i above = _mm512_sub_epi64(_mm512_set1_epi64(63), bit);
  __m512i run = _mm512_or_si512(_mm512_srlv_epi64(high0, bit),
                                _mm512_sllv_epi64(_mm512_slli_epi64(high1, 1), above));
  run = _mm512_mask_srlv_epi64(run, is_second, high1, bit);
  run = zeros_below(_mm512_xor_si512(run, _mm512_set1_epi64(-1)));
  bit = _mm512_mask_add_epi64(bit, is_second, bit, _mm512_set1_epi64(64));
  __m512i first = _mm512_and_si512(_mm512_sub_epi64(bit, bucket), _mm512_set1_epi64(63));
  // Which nibbles of the bucket's are the document's.
  __m512i nibbles = _mm512_add_epi64(high, _mm512_srli_epi64(_mm512_add_epi64(used, _mm512_set1_epi64(7)), 3));
  nibbles = _mm512_add_epi64(nibbles, _mm512_srli_epi64(first, 1));
  __m512i window = _mm512_mask_i64gather_epi64(zero, lanes, nibbles, list->payload, 1);
  window = _mm512_srlv_epi64(window, _mm512_slli_epi64(_mm512_and_si512(first, one), 2));
  __m512i low = _mm512_and_si512(local, _mm512_set1_epi64(15));
  const uint64_t ones = 0x1111111111111111ull;
  __m512i wanted = _mm512_permutex2var_epi64(
      _mm512_setr_epi64(0, ones, 2 * ones, 3 * ones, 4 * ones, 5 * ones, 6 * ones, 7 * ones), low,
      _mm512_setr_epi64((long long)(8 * ones), (long long)(9 * ones), (long long)(10 * ones),
                        (long long)(11 * ones), (long long)(12 * ones), (long long)(13 * ones),
                        (long long)(14 * ones), (long long)(15 * ones)));
  __m512i different = _mm512_xor_si512(window, wanted);
  different = _mm512_or_si512(different, _mm512_srli_epi64(different, 1));
  different = _mm512_or_si512(different, _mm512_srli_epi64(different, 2));
  __m512i equal = _mm512_andnot_si512(different, _mm512_set1_epi64((long long)ones));
  equal = _mm512_and_si512(equal, ones_below(_mm512_slli_epi64(run, 2)));
  // A bucket with all of its documents may end behind the window.
  __mmask8 is_full = _mm512_cmpge_epu64_mask(run, _mm512_set1_epi64(16));
  equal = _mm512_mask_sllv_epi64(equal, is_full, one, _mm512_slli_epi64(low, 2));
  *places = _mm512_add_epi64(first, _mm512_srli_epi64(zeros_below(equal), 2));
  return _mm512_mask_test_epi64_mask(lanes, equal, equal);
}

// Looks up to eight documents up, those of a mask.
static inline side_look look_side(const lede_ranged *list, const uint32_t *docs, __mmask8 lanes) {
  __m256i doc = _mm256_maskz_loadu_epi32(lanes, docs), range = _mm256_srli_epi32(doc, 9);
  __m256i none = _mm256_setzero_si256();
  __m256i group = _mm256_mmask_i32gather_epi32(none, lanes, _mm256_srli_epi32(range, 4), list->groups, 4);
  __m256i offset = _mm256_mmask_i32gather_epi32(none, lanes, range, list->offsets, 2);
  __m256i code = _mm256_mmask_i32gather_epi32(none, lanes, range, list->codes, 1);
  lanes = _mm256_mask_test_epi32_mask(lanes, code, _mm256_set1_epi32(255));
  side_look look;
  look.starts = _mm512_add_epi64(_mm512_cvtepu32_epi64(group),
                                 _mm512_cvtepu32_epi64(_mm256_and_si256(offset, _mm256_set1_epi32(65535))));
  // Only asked for lists that have so many bytes.
  __m512i last = _mm512_set1_epi64((long long)(list->size - LOOK_BYTES));
  __mmask8 is_inside = _mm512_mask_cmple_epu64_mask(lanes, look.starts, last);
  look.unknown = lanes & (__mmask8)~is_inside;
  __m512i zero = _mm512_setzero_si512(), byte = _mm512_set1_epi64(255);
  __m512i heads = _mm512_and_si512(
      _mm512_mask_i64gather_epi64(zero, is_inside, look.starts, list->payload, 1), byte);
  __m512i local = _mm512_cvtepu32_epi64(_mm256_and_si256(doc, _mm256_set1_epi32(511)));
  __mmask8 bitmaps = _mm512_mask_cmpge_epu64_mask(is_inside, heads, _mm512_set1_epi64(BITMAP << 6));
  __m512i at = _mm512_add_epi64(look.starts, _mm512_srli_epi64(local, 3));
  __m512i bits = _mm512_mask_i64gather_epi64(zero, bitmaps, at, list->payload + 1, 1);
  bits = _mm512_srlv_epi64(bits, _mm512_and_si512(local, _mm512_set1_epi64(7)));
  look.bitmaps = _mm512_mask_test_epi64_mask(bitmaps, bits, _mm512_set1_epi64(1));
  look.found = look.bitmaps;
  __mmask8 nibbles = is_inside & (__mmask8)~bitmaps;
  look.places = zero;
  if (nibbles != 0)
    look.found |= look_nibbles_side(list, nibbles, look.starts, heads, local, &look.places);
  return look;
}

// Whether documents lie so far apart that they are looked up sooner than all of each range is decoded.
static inline int lie_apart(const lede_ranged *list, const uint32_t *docs, size_t count) {
  return list->size >= LOOK_BYTES && count >= 2 &&
         (docs[count - 1] >> 9) - (docs[0] >> 9) >= count / 4;
}
#endif
