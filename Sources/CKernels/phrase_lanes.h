// Entries of up to sixteen occurrences in registers, for the kernels of lede_phrase.h; for AVX-512 alone. Of more
// occurrences the places lie in memory, and are compared with those of a slot that has few.
//
// How often words occur in a document cannot be guessed: here little branches on it but whether three or more
// do. What does not fit, or makes no sense, is left to the general case.
#if defined(LEDE_IS_AVX512)

#define MOST_LANES 16

// Where a slot asks a phrase to start, in ascending lanes.
typedef struct {
  __m512i starts;
  __mmask16 lanes;  // those that hold a start
} lane_starts;

// One occurrence or two: see decode_pair.
static inline int few_lanes(const lede_phrase_surface *surface, uint64_t bit, uint32_t tf,
                            uint32_t dl, __m512i *out) {
  if ((bit >> 3) + 8 > surface->size) return 0;
  uint64_t window = load_uint64(surface->bytes + (bit >> 3)) >> (bit & 7);
  uint32_t width = lede_bits_of(dl - 1), mask = (uint32_t)((1ull << width) - 1);
  uint32_t from = (uint32_t)window & mask, ahead = ((uint32_t)(window >> width) & mask >> 1) + 1;
  if (from >= dl || (tf == 2 && ahead > dl / 2)) return 0;
  uint32_t to = from + ahead;
  to -= to >= dl ? dl : 0;
  uint32_t first = tf == 2 && to < from ? to : from;
  // With one occurrence the second lane is of no meaning.
  *out = _mm512_mask_set1_epi32(_mm512_set1_epi32((int)first), 2, (int)(from + to - first));
  return 1;
}

// Three occurrences to sixteen: see decode_many.
static inline int many_lanes(const lede_phrase_surface *surface, uint64_t bit, uint32_t tf,
                             uint32_t dl, __m512i *out) {
  uint32_t low = lede_position_low_bits(tf, dl), row_bits = tf + ((dl - tf) >> low);
  uint64_t rows = bit + (uint64_t)tf * low, end = 8 * (uint64_t)surface->size;
  // Compared so that nothing wraps: the entry of a damaged list may start anywhere.
  if (bit > end || rows + row_bits > end) return 0;
  // Fewer than 48 bits: rows are numbered below twice the power of two above tf.
  uint64_t marks = _bzhi_u64(positions_window(surface->bytes, surface->size, rows), row_bits);
  if ((uint32_t)__builtin_popcountll(marks) != tf) return 0;
  __m512i row = _mm512_sub_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(ones64(marks))), numbers16());
  __m512i lowest = packed16(surface->bytes + (bit >> 3), surface->size - (size_t)(bit >> 3),
                            (uint32_t)bit & 7, low);
  __m512i value = _mm512_or_si512(_mm512_sll_epi32(row, _mm_cvtsi32_si128((int)low)), lowest);
  __mmask16 lanes = lanes16(tf);
  __m512i place = _mm512_add_epi32(value, numbers16());
  __m512i before = _mm512_alignr_epi32(place, _mm512_setzero_si512(), 15);
  __mmask16 damaged = _mm512_mask_cmpgt_epu32_mask(lanes, value, _mm512_set1_epi32((int)(dl - tf)));
  damaged |= _mm512_mask_cmple_epu32_mask(lanes & 0xfffe, place, before);
  *out = place;
  return damaged == 0;
}

// The starts that a surface leaves in a candidate; 0 where the general case must look. Inlined, so that they
// stay in a register.
static inline __attribute__((always_inline)) int starts_in_lanes(
    const lede_phrase *phrase, const lede_phrase_surface *surface, uint32_t candidate, uint32_t dl,
    lane_starts *out) {
  uint32_t tf = surface->freqs[candidate];
  uint64_t bit = surface->starts[candidate];
  if (tf - 1 >= MOST_LANES || tf > dl || dl > 65535) return 0;
  __m512i place;
  int is_sound = tf <= 2 ? few_lanes(surface, bit, tf, dl, &place)
                         : many_lanes(surface, bit, tf, dl, &place);
  if (!is_sound) return 0;
  if (phrase->titles.column != NULL) {
    uint32_t title = lede_document_length(phrase->titles, phrase->docs[candidate]);
    __m512i gap = _mm512_set1_epi32((int)(title == 0 ? 0 : phrase->gap));
    __mmask16 is_body = _mm512_cmpge_epu32_mask(place, _mm512_set1_epi32((int)title));
    place = _mm512_mask_add_epi32(place, is_body, place, gap);
  }
  __m512i offset = _mm512_set1_epi32((int)surface->offset);
  out->lanes = _mm512_mask_cmpge_epu32_mask(lanes16(tf), place, offset);
  out->starts = _mm512_sub_epi32(place, offset);
  return 1;
}

// The lanes of `many` whose starts `few` has too; quick where `few` has few.
static inline __mmask16 shared_lanes(lane_starts few, lane_starts many) {
  // No start has all bits set.
  __m512i wanted = _mm512_mask_mov_epi32(_mm512_set1_epi32(-1), few.lanes, few.starts);
  __m512i lane = _mm512_setzero_si512(), one = _mm512_set1_epi32(1);
  uint32_t left = few.lanes, shared = 0;
  do {
    for (int i = 0; i < 4; i++, lane = _mm512_add_epi32(lane, one))
      shared |= _mm512_mask_cmpeq_epi32_mask(many.lanes, many.starts,
                                             _mm512_permutexvar_epi32(lane, wanted));
    left >>= 4;
  } while (left != 0);
  return (__mmask16)shared;
}

// Keeps the starts that another slot leaves, too.
static inline lane_starts meet_lanes(lane_starts one, lane_starts other) {
  int is_fewer = one.lanes < other.lanes;
  __mmask16 swap = is_fewer ? 0xffff : 0;
  lane_starts few = {_mm512_mask_blend_epi32(swap, other.starts, one.starts),
                     is_fewer ? one.lanes : other.lanes};
  lane_starts many = {_mm512_mask_blend_epi32(swap, one.starts, other.starts),
                      is_fewer ? other.lanes : one.lanes};
  __mmask16 shared = shared_lanes(few, many);
  return (lane_starts){_mm512_maskz_compress_epi32(shared, many.starts),
                       lanes16((size_t)__builtin_popcount(shared))};
}

// Occurrences that the places of one surface are taken of at most; long documents have so many.
#define MOST_PLACES 512

// The places of a surface of more than MOST_LANES occurrences in a candidate, ascending; 0 where they make no sense.
// There is room for 64 past the last.
static inline int long_places(const lede_phrase_surface *surface, uint64_t bit, uint32_t tf,
                              uint32_t dl, uint32_t *out) {
  uint32_t low = lede_position_low_bits(tf, dl), row_bits = tf + ((dl - tf) >> low), found = 0;
  uint64_t rows = bit + (uint64_t)tf * low, end = 8 * (uint64_t)surface->size;
  if (bit > end || rows + row_bits > end) return 0;
  for (uint32_t at = 0; at < row_bits; at += 56) {
    uint32_t left = row_bits - at < 56 ? row_bits - at : 56;
    uint64_t marks = _bzhi_u64(positions_window(surface->bytes, surface->size, rows + at), left);
    if (found + (uint32_t)__builtin_popcountll(marks) > tf) return 0;
    found += (uint32_t)LEDE_NAME(ones_of)(marks, at, out + found, 32);
  }
  if (found != tf) return 0;
  __m512i before = _mm512_setzero_si512(), most = _mm512_set1_epi32((int)(dl - tf));
  __m128i shift = _mm_cvtsi32_si128((int)low);
  __mmask16 damaged = 0, later = 0xfffe;
  for (uint32_t i = 0; i < tf; i += 16, bit += 16 * low) {
    __m512i numbers = _mm512_add_epi32(numbers16(), _mm512_set1_epi32((int)i));
    __m512i row = _mm512_sub_epi32(_mm512_loadu_si512(out + i), numbers);
    __m512i lowest = packed16(surface->bytes + (bit >> 3), surface->size - (size_t)(bit >> 3),
                              (uint32_t)bit & 7, low);
    __m512i value = _mm512_or_si512(_mm512_sll_epi32(row, shift), lowest);
    __m512i place = _mm512_add_epi32(value, numbers);
    __mmask16 lanes = lanes16(tf - i);
    damaged |= _mm512_mask_cmpgt_epu32_mask(lanes, value, most);
    damaged |= _mm512_mask_cmple_epu32_mask(lanes & later, place, _mm512_alignr_epi32(place, before, 15));
    _mm512_storeu_si512(out + i, place);
    before = place;
    later = 0xffff;
  }
  return damaged == 0;
}

// Keeps those of up to sixteen starts at which a surface that occurs often stands as it should; 0 where the general
// case must look.
static inline int meet_long(const lede_phrase *phrase, const lede_phrase_surface *surface,
                            uint32_t candidate, uint32_t dl, lane_starts few, lane_starts *out) {
  uint32_t places[MOST_PLACES + 64], tf = surface->freqs[candidate];
  if (tf <= MOST_LANES || tf > MOST_PLACES || tf > dl || dl > 65535 || phrase->titles.column != NULL ||
      !long_places(surface, surface->starts[candidate], tf, dl, places))
    return 0;
  // Behind the last stands what nothing asks for.
  _mm512_storeu_si512(places + tf, _mm512_set1_epi32(-1));
  __m512i wanted = _mm512_add_epi32(few.starts, _mm512_set1_epi32((int)surface->offset));
  uint32_t shared = 0;
  for (uint32_t left = few.lanes; left != 0; left &= left - 1) {
    uint32_t lane = (uint32_t)__builtin_ctz(left);
    __m512i place = _mm512_permutexvar_epi32(_mm512_set1_epi32((int)lane), wanted);
    __mmask16 equal = 0;
    for (uint32_t i = 0; i < tf; i += 16)
      equal |= _mm512_cmpeq_epi32_mask(_mm512_loadu_si512(places + i), place);
    shared |= (uint32_t)(equal != 0) << lane;
  }
  out->starts = _mm512_maskz_compress_epi32((__mmask16)shared, few.starts);
  out->lanes = lanes16((size_t)__builtin_popcount(shared));
  return 1;
}

// The starts of two slots of one surface each in a candidate, from the first lane on.
static inline int pair_in_lanes(const lede_phrase *phrase, uint32_t candidate, uint32_t dl,
                                lane_starts *out) {
  const lede_phrase_surface *surfaces = phrase->surfaces;
  lane_starts one, other;
  if (!starts_in_lanes(phrase, &surfaces[0], candidate, dl, &one))
    return starts_in_lanes(phrase, &surfaces[1], candidate, dl, &other) &&
           meet_long(phrase, &surfaces[0], candidate, dl, other, out);
  if (!starts_in_lanes(phrase, &surfaces[1], candidate, dl, &other))
    return meet_long(phrase, &surfaces[1], candidate, dl, one, out);
  *out = meet_lanes(one, other);
  return 1;
}

// Keeps those of up to sixteen starts at which one surface stands as it should.
static inline int meet_in_lanes(const lede_phrase *phrase, uint32_t candidate, uint32_t dl,
                                uint32_t *starts, uint32_t *count) {
  if (*count > MOST_LANES) return 0;
  __mmask16 lanes = lanes16(*count);
  lane_starts known = {_mm512_maskz_loadu_epi32(lanes, starts), lanes}, own, left;
  if (starts_in_lanes(phrase, &phrase->surfaces[0], candidate, dl, &own)) {
    left = meet_lanes(known, own);
  } else if (!meet_long(phrase, &phrase->surfaces[0], candidate, dl, known, &left)) {
    return 0;
  }
  _mm512_mask_storeu_epi32(starts, left.lanes, left.starts);
  *count = (uint32_t)__builtin_popcount(left.lanes);
  return 1;
}
#endif
