// Looking up documents that lie in the same range, for the kernels of lede_ranged.h; for AVX-512 alone.
//
// What of a range does not depend on the document is made once: its documents as bits, how many stand before each
// word, and the same of termFreqs in unary. Eight documents at a time are then found without a branch.
#if defined(LEDE_IS_AVX512)

// What is returned for a range that cannot be read here.
#define GROUP_UNABLE SIZE_MAX

// By word, the sum of the numbers before it.
static inline __m512i sums_before(__m512i numbers) {
  const __m512i zero = _mm512_setzero_si512();
  __m512i sums = _mm512_alignr_epi64(numbers, zero, 7);
  sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, zero, 7));
  sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, zero, 6));
  return _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, zero, 4));
}

// What the bits of a range's documents say of eight documents of it.
typedef struct {
  __mmask8 has;
  __m512i place;  // among the bits that are set
} bits_each;

// `before` is how many bits are set before each word.
static inline bits_each look_bits(__m512i words, __m512i before, __m256i docs) {
  __m512i local = _mm512_cvtepu32_epi64(docs);
  __m512i which = _mm512_and_si512(_mm512_srli_epi64(local, 6), each64(7));
  __m512i word = _mm512_permutexvar_epi64(which, words);
  __m512i bit = _mm512_sllv_epi64(each64(1), _mm512_and_si512(local, each64(63)));
  __m512i below = _mm512_and_si512(word, _mm512_sub_epi64(bit, each64(1)));
  return (bits_each){
      _mm512_test_epi64_mask(word, bit),
      _mm512_add_epi64(_mm512_permutexvar_epi64(which, before), _mm512_popcnt_epi64(below))};
}

// termFreqs in unary, as many as end in eight words.
typedef struct {
  __m512i words;
  __m512i before, ends;  // termFreqs that end before each word, and before the one behind it
  __m512i last;          // where the last one before each word ends
  uint64_t count;
} unary_words;

static inline unary_words load_unary(const range_view *view) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i firsts = _mm512_setr_epi64(0, 64, 128, 192, 256, 320, 384, 448);
  uint32_t size = view->freqs_size < 64 ? (uint32_t)view->freqs_size : 64;
  unary_words all;
  all.words = _mm512_maskz_loadu_epi8(_bzhi_u64(UINT64_MAX, size), view->freqs);
  __m512i counts = _mm512_popcnt_epi64(all.words);
  all.before = sums_before(counts);
  all.ends = _mm512_add_epi64(all.before, counts);
  all.count = (uint64_t)_mm512_reduce_add_epi64(counts);
  __m512i ends = _mm512_sub_epi64(_mm512_add_epi64(firsts, each64(64)), _mm512_lzcnt_epi64(all.words));
  ends = _mm512_maskz_mov_epi64(_mm512_test_epi64_mask(all.words, all.words), ends);
  __m512i last = _mm512_alignr_epi64(ends, zero, 7);
  last = _mm512_max_epu64(last, _mm512_alignr_epi64(last, zero, 7));
  last = _mm512_max_epu64(last, _mm512_alignr_epi64(last, zero, 6));
  all.last = _mm512_max_epu64(last, _mm512_alignr_epi64(last, zero, 4));
  return all;
}

// Eight of them by their numbers, each below the count in those lanes that are named.
static inline __m512i unary_each(const unary_words *all, __m512i number, __mmask8 lanes) {
  __m512i which = _mm512_setzero_si512();
  // Most lie in the first words: without a branch whether in the first or the second.
  __m512i highest = each64(_mm512_mask_reduce_max_epu64(lanes, number));
  int used = __builtin_popcount(_mm512_cmple_epu64_mask(all->ends, highest)), w = 0;
  do {
    __m512i end = _mm512_permutexvar_epi64(each64((uint64_t)w), all->ends);
    which = _mm512_mask_add_epi64(which, _mm512_cmpge_epu64_mask(number, end), which, each64(1));
  } while (++w < used);
  __m512i word = _mm512_permutexvar_epi64(which, all->words);
  __m512i bit = select_each(word, _mm512_sub_epi64(number, _mm512_permutexvar_epi64(which, all->before)));
  __m512i below = _mm512_and_si512(word, ones_below(bit)), first = _mm512_slli_epi64(which, 6);
  __m512i start = _mm512_sub_epi64(_mm512_add_epi64(first, each64(64)), _mm512_lzcnt_epi64(below));
  start = _mm512_mask_mov_epi64(_mm512_permutexvar_epi64(which, all->last),
                                _mm512_test_epi64_mask(below, below), start);
  return _mm512_sub_epi64(_mm512_add_epi64(first, _mm512_add_epi64(bit, each64(1))), start);
}

// Eight packed ones by their numbers; `lanes` becomes 0 where one of them ends behind what may be read.
static inline __m512i packed_each(const range_view *view, __m512i number, __mmask8 *lanes) {
  __m512i bit = _mm512_mullo_epi64(number, each64(view->width)), byte = _mm512_srli_epi64(bit, 3);
  __mmask8 behind = _mm512_mask_cmpgt_epi64_mask(*lanes, _mm512_add_epi64(byte, each64(8)),
                                                 each64(view->freqs_size));
  if (behind != 0) *lanes = 0;
  __m512i window = _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), *lanes, byte, view->freqs, 1);
  window = _mm512_srlv_epi64(window, _mm512_and_si512(bit, each64(7)));
  return _mm512_add_epi64(_mm512_and_si512(window, ones_below(each64(view->width))), each64(1));
}

// The termFreqs of a range, ready to be read by their numbers.
typedef struct {
  range_view view;
  unary_words unary;
} group_freqs;

// Returns 0 where the range makes no sense.
static inline int load_freqs(const lede_ranged *list, size_t start, group_freqs *all) {
  if (!LEDE_NAME(view_freqs)(list->payload + start, list->size - start, &all->view)) return 0;
  if (all->view.freqs_form == FREQS_UNARY) all->unary = load_unary(&all->view);
  return 1;
}

// Eight by their numbers, of those lanes that are named; returns 0 where one lies behind what is at hand.
static inline int freqs_each(const group_freqs *all, __m512i number, __mmask8 lanes, __m512i *freqs) {
  __mmask8 able = lanes;
  *freqs = each64(1);
  if (all->view.freqs_form == FREQS_UNARY) {
    able = _mm512_mask_cmplt_epu64_mask(lanes, number, each64(all->unary.count));
    *freqs = unary_each(&all->unary, number, lanes);
  } else if (all->view.freqs_form == FREQS_PACKED) {
    *freqs = packed_each(&all->view, number, &able);
  }
  return able == lanes;
}

// As lede_ranged_find, of documents of one range that has some.
static inline size_t find_group(const lede_ranged *list, const uint32_t *docs, size_t count,
                                uint32_t *freqs, uint32_t *places) {
  uint32_t range = docs[0] >> 9;
  size_t found = 0;
  __m512i bits, freq;
  group_freqs all;
  if (!quick_bits(list, range, &bits) || !load_freqs(list, range_start(list, range), &all))
    return GROUP_UNABLE;
  __m512i before = sums_before(_mm512_popcnt_epi64(bits));
  for (size_t i = 0; i < count; i += 8) {
    __mmask8 lanes = lanes8(count - i);
    bits_each at = look_bits(bits, before, _mm256_maskz_loadu_epi32(lanes, docs + i));
    __mmask8 has = at.has & lanes;
    if (!freqs_each(&all, at.place, has, &freq)) return GROUP_UNABLE;
    _mm512_mask_cvtepi64_storeu_epi32(freqs + i, lanes, _mm512_maskz_mov_epi64(has, freq));
    _mm512_mask_cvtepi64_storeu_epi32(places + i, lanes, at.place);
    found += (size_t)__builtin_popcount(has);
  }
  return found;
}

// The termFreqs of a range's documents by their places, that of number i at places[rows[i]]; returns 0 where they
// cannot be read here.
static inline int freqs_of_group(const lede_ranged *list, size_t start, const uint32_t *rows,
                                 size_t count, const uint32_t *places, uint32_t *freqs) {
  group_freqs all;
  __m512i freq;
  if (!load_freqs(list, start, &all)) return 0;
  for (size_t i = 0; i < count; i += 8) {
    __mmask8 lanes = lanes8(count - i);
    __m256i at = _mm256_maskz_loadu_epi32(lanes, rows + i);
    at = _mm256_mmask_i32gather_epi32(_mm256_setzero_si256(), lanes, at, places, 4);
    if (!freqs_each(&all, _mm512_cvtepu32_epi64(at), lanes, &freq)) return 0;
    _mm512_mask_cvtepi64_storeu_epi32(freqs + i, lanes, freq);
  }
  return 1;
}
#endif
