// Pairs of slots looked at in several candidates side by side, for the kernels of lede_phrase.h; for AVX-512 alone.
//
// Most words occur once or twice in a document, and most documents that hold two words do not hold them as a phrase
// has them. One at a time, a candidate costs branches that cannot be guessed; here eight go without any, and those
// that are left, or that this cannot judge, are looked at one at a time.
#if defined(LEDE_IS_AVX512)

// The places of one surface in eight documents: twice the same where it occurs once.
typedef struct {
  __mmask8 known;  // where it occurs once or twice, and its entry makes sense
  __m512i first, second;
} side_places;

// Entries of one occurrence, or of two: see decode_pair. `dl` are the documents' lengths, at least 1.
static inline side_places places_of_few(const lede_phrase_surface *surface, __mmask8 lanes, size_t candidate,
                                        __m512i dl) {
  const __m512i one = each64(1);
  __m512i tf = _mm512_cvtepu32_epi64(_mm256_maskz_loadu_epi32(lanes, surface->freqs + candidate));
  __m512i start = _mm512_maskz_loadu_epi64(lanes, surface->starts + candidate);
  __m512i byte = _mm512_srli_epi64(start, 3);
  __mmask8 known = _mm512_mask_cmple_epu64_mask(lanes, _mm512_sub_epi64(tf, one), one);
  known = _mm512_mask_cmple_epu64_mask(known, tf, dl);
  // Compared so that nothing wraps: the entry of a damaged list may start anywhere.
  known = surface->size < 8 ? 0 : _mm512_mask_cmple_epu64_mask(known, byte, each64(surface->size - 8));
  __m512i window = _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), known, byte, surface->bytes, 1);
  window = _mm512_srlv_epi64(window, _mm512_and_si512(start, each64(7)));
  __m512i width = _mm512_sub_epi64(each64(64), _mm512_lzcnt_epi64(_mm512_sub_epi64(dl, one)));
  __m512i mask = _mm512_sub_epi64(_mm512_sllv_epi64(one, width), one);
  __m512i from = _mm512_and_si512(window, mask);
  __m512i ahead = _mm512_and_si512(_mm512_srlv_epi64(window, width), _mm512_srli_epi64(mask, 1));
  __mmask8 are_two = _mm512_cmpgt_epu64_mask(tf, one);
  ahead = _mm512_maskz_add_epi64(are_two, ahead, one);
  known = _mm512_mask_cmplt_epu64_mask(known, from, dl);
  known = _mm512_mask_cmple_epu64_mask(known, ahead, _mm512_mask_srli_epi64(dl, are_two, dl, 1));
  __m512i to = _mm512_add_epi64(from, ahead);
  to = _mm512_mask_sub_epi64(to, _mm512_cmpge_epu64_mask(to, dl), to, dl);
  return (side_places){known, from, to};
}

// Which of up to eight candidates from one on a phrase that is a pair surely does not occur in, as bits; adds to
// `known` of how many that could be said. Positions must be ordinals.
static inline uint32_t lack_pair(const lede_phrase *phrase, size_t candidate, size_t count, size_t *known) {
  const lede_phrase_surface *one = &phrase->surfaces[0], *two = &phrase->surfaces[1];
  __mmask8 lanes = lanes8(count);
  __m256i docs = _mm256_maskz_loadu_epi32(lanes, phrase->docs + candidate);
  __m256i row = _mm256_mmask_i32gather_epi32(_mm256_setzero_si256(), lanes, docs, phrase->lengths.column, 2);
  __m512i dl = _mm512_and_si512(_mm512_cvtepu32_epi64(row), each64(LEDE_LENGTH_ESCAPE));
  // 0 becomes the largest.
  lanes = _mm512_mask_cmplt_epu64_mask(lanes, _mm512_sub_epi64(dl, each64(1)), each64(LEDE_LENGTH_ESCAPE - 1));
  side_places some = places_of_few(one, lanes, candidate, dl), others = places_of_few(two, lanes, candidate, dl);
  // They stand alike where each comes after its offset by as much.
  __m512i apart = each64((uint64_t)two->offset - one->offset);
  __m512i first = _mm512_add_epi64(some.first, apart), second = _mm512_add_epi64(some.second, apart);
  uint32_t met = _mm512_cmpeq_epi64_mask(first, others.first) | _mm512_cmpeq_epi64_mask(first, others.second) |
                 _mm512_cmpeq_epi64_mask(second, others.first) | _mm512_cmpeq_epi64_mask(second, others.second);
  uint32_t said = some.known & others.known;
  *known += (size_t)__builtin_popcount(said);
  return said & ~met;
}
#endif
