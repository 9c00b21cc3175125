// Looking documents of any ranges up side by side, for the kernels of lede_ranged.h; for AVX-512 alone.
//
// One at a time, each look-up has two branches that cannot be guessed: which form the range has, and
// whether it has the document. Here eight go without any.
#if defined(LEDE_IS_AVX512)

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

// The upper parts of nibbles, and where the documents of a bucket stand among them; see `run_of`.
typedef struct {
  __m512i high0, high1;
} side_upper;

typedef struct {
  __m512i first, count;
} side_run;

// `high` is where they begin, `used` how many bits they have.
static inline side_upper load_upper(const lede_ranged *list, __mmask8 lanes, __m512i high,
                                    __m512i used) {
  const __m512i zero = _mm512_setzero_si512();
  __mmask8 is_long = _mm512_mask_cmpgt_epu64_mask(lanes, used, each64(64));
  __m512i high0 = _mm512_mask_i64gather_epi64(zero, lanes, high, list->payload, 1);
  __m512i high1 = _mm512_mask_i64gather_epi64(zero, is_long, high, list->payload + 8, 1);
  __m512i more = _mm512_sub_epi64(used, each64(64));
  return (side_upper){_mm512_and_si512(high0, ones_below(used)),
                      _mm512_and_si512(high1, ones_below(more))};
}

static inline side_run run_side(side_upper upper, __m512i bucket) {
  const __m512i all = each64(UINT64_MAX);
  // A zero before the first bucket makes all of them alike: a bucket follows zero number `bucket`.
  __m512i shifted0 = _mm512_slli_epi64(upper.high0, 1), shifted1 = _mm512_slli_epi64(upper.high1, 1);
  __m512i clear0 = _mm512_xor_si512(shifted0, all);
  __m512i clear1 = _mm512_xor_si512(_mm512_or_si512(shifted1, _mm512_srli_epi64(upper.high0, 63)), all);
  __m512i zeros = _mm512_popcnt_epi64(clear0);
  __mmask8 is_second = _mm512_cmpge_epu64_mask(bucket, zeros);
  __m512i rank = _mm512_mask_sub_epi64(bucket, is_second, bucket, zeros);
  __m512i bit = select_each(_mm512_mask_blend_epi64(is_second, clear0, clear1), rank);
  __m512i run = _mm512_or_si512(_mm512_srlv_epi64(upper.high0, bit),
                                _mm512_sllv_epi64(shifted1, _mm512_sub_epi64(each64(63), bit)));
  run = _mm512_mask_srlv_epi64(run, is_second, upper.high1, bit);
  bit = _mm512_mask_add_epi64(bit, is_second, bit, each64(64));
  return (side_run){_mm512_and_si512(_mm512_sub_epi64(bit, bucket), each64(63)),
                    zeros_below(_mm512_xor_si512(run, all))};
}

// Which of up to 16 nibbles equal `low`: see `equal_nibbles`.
static inline __m512i equal_side(__m512i nibbles, __m512i low, __m512i count) {
  const uint64_t ones = 0x1111111111111111ull;
  const __m512i below8 = _mm512_mullo_epi64(_mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), each64(ones));
  __m512i wanted = _mm512_permutex2var_epi64(below8, low, _mm512_add_epi64(below8, each64(8 * ones)));
  __m512i different = _mm512_xor_si512(nibbles, wanted);
  different = _mm512_or_si512(different, _mm512_srli_epi64(different, 1));
  different = _mm512_or_si512(different, _mm512_srli_epi64(different, 2));
  __m512i equal = _mm512_andnot_si512(different, each64(ones));
  return _mm512_and_si512(equal, ones_below(_mm512_slli_epi64(count, 2)));
}

// See look_nibbles, lane by lane. `heads` are the first bytes of the ranges.
static inline __mmask8 look_nibbles_side(const lede_ranged *list, __mmask8 lanes, __m512i starts,
                                         __m512i heads, __m512i local, __m512i *places) {
  const __m512i one = each64(1);
  __m512i used = _mm512_add_epi64(_mm512_and_si512(heads, each64(63)), each64(32));
  __mmask8 is_packed = _mm512_cmpeq_epi64_mask(_mm512_srli_epi64(heads, 6), each64(NIBBLES_PACKED));
  __m512i high = _mm512_add_epi64(starts, one);
  high = _mm512_mask_add_epi64(high, is_packed, high, one);
  side_run run = run_side(load_upper(list, lanes, high, used), _mm512_srli_epi64(local, 4));
  __m512i bytes = _mm512_srli_epi64(_mm512_add_epi64(used, each64(7)), 3);
  __m512i nibbles = _mm512_add_epi64(_mm512_add_epi64(high, bytes), _mm512_srli_epi64(run.first, 1));
  __m512i window =
      _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), lanes, nibbles, list->payload, 1);
  window = _mm512_srlv_epi64(window, _mm512_slli_epi64(_mm512_and_si512(run.first, one), 2));
  __m512i low = _mm512_and_si512(local, each64(15));
  __m512i equal = equal_side(window, low, run.count);
  // A bucket with all of its documents may end behind the window.
  __mmask8 is_full = _mm512_cmpge_epu64_mask(run.count, each64(16));
  equal = _mm512_mask_sllv_epi64(equal, is_full, one, _mm512_slli_epi64(low, 2));
  *places = _mm512_add_epi64(run.first, _mm512_srli_epi64(zeros_below(equal), 2));
  return _mm512_mask_test_epi64_mask(lanes, equal, equal);
}

// Sets the documents that bitmaps have.
static inline void look_bitmaps_side(const lede_ranged *list, __mmask8 lanes, __m512i local,
                                     side_look *look) {
  __m512i at = _mm512_add_epi64(look->starts, _mm512_srli_epi64(local, 3));
  __m512i bits =
      _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), lanes, at, list->payload + 1, 1);
  bits = _mm512_srlv_epi64(bits, _mm512_and_si512(local, each64(7)));
  look->found = look->bitmaps = _mm512_mask_test_epi64_mask(lanes, bits, each64(1));
}

// Looks up to eight documents up, those of a mask, in a list of LOOK_BYTES at least.
static inline side_look look_side(const lede_ranged *list, const uint32_t *docs, __mmask8 lanes) {
  const __m256i none = _mm256_setzero_si256();
  __m256i doc = _mm256_maskz_loadu_epi32(lanes, docs), range = _mm256_srli_epi32(doc, 9);
  __m256i group =
      _mm256_mmask_i32gather_epi32(none, lanes, _mm256_srli_epi32(range, 4), list->groups, 4);
  __m256i offset = _mm256_mmask_i32gather_epi32(none, lanes, range, list->offsets, 2);
  __m256i code = _mm256_mmask_i32gather_epi32(none, lanes, range, list->codes, 1);
  lanes = _mm256_mask_test_epi32_mask(lanes, code, _mm256_set1_epi32(255));
  offset = _mm256_and_si256(offset, _mm256_set1_epi32(65535));
  side_look look;
  look.places = _mm512_setzero_si512();
  look.starts = _mm512_add_epi64(_mm512_cvtepu32_epi64(group), _mm512_cvtepu32_epi64(offset));
  __mmask8 inside =
      _mm512_mask_cmple_epu64_mask(lanes, look.starts, each64(list->size - LOOK_BYTES));
  look.unknown = lanes & (__mmask8)~inside;
  __m512i heads = _mm512_mask_i64gather_epi64(look.places, inside, look.starts, list->payload, 1);
  heads = _mm512_and_si512(heads, each64(255));
  __m512i local = _mm512_cvtepu32_epi64(_mm256_and_si256(doc, _mm256_set1_epi32(511)));
  __mmask8 bitmaps = _mm512_mask_cmpge_epu64_mask(inside, heads, each64(BITMAP << 6));
  look_bitmaps_side(list, bitmaps, local, &look);
  __mmask8 nibbles = inside & (__mmask8)~bitmaps;
  if (nibbles != 0)
    look.found |= look_nibbles_side(list, nibbles, look.starts, heads, local, &look.places);
  return look;
}

// Documents of a range from which on they are looked up together.
#define GROUP_LEAST 3

// Whether documents lie so far apart that few are together.
static inline int lie_apart(const lede_ranged *list, const uint32_t *docs, size_t count) {
  return list->size >= LOOK_BYTES && count >= 2 &&
         (docs[count - 1] >> 9) - (docs[0] >> 9) >= count / GROUP_LEAST;
}
#endif
