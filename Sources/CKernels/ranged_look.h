// Looking single documents up in ranges, for the kernels of lede_ranged.h; once for each level, see
// levels.h.

#if defined(LEDE_IS_AVX2) || defined(LEDE_IS_AVX512)
// The place of set bit number `rank` of a word that has more than that.
static inline uint32_t LEDE_NAME(select_one)(uint64_t word, uint32_t rank) {
  return (uint32_t)__builtin_ctzll(_pdep_u64(1ull << rank, word));
}

// Where the documents of a bucket stand among those of a range, in nibbles.
typedef struct {
  uint32_t first, count;
} LEDE_NAME(bucket_run);

// Of the upper parts of documents: ones, with a zero behind each bucket but the last. Damaged ones may
// give any places below 128.
static inline LEDE_NAME(bucket_run) LEDE_NAME(run_of)(uint64_t high0, uint64_t high1,
                                                      uint32_t bucket) {
  // A zero before the first bucket makes all of them alike: a bucket follows zero number `bucket`.
  uint64_t clear = ~(high0 << 1), run;
  uint32_t zeros = (uint32_t)__builtin_popcountll(clear), bit;
  if (bucket < zeros) {
    bit = LEDE_NAME(select_one)(clear, bucket);
    run = high0 >> bit | (high1 << 1) << (63 - bit);
  } else {
    clear = ~(high1 << 1 | high0 >> 63);
    uint64_t one = _pdep_u64(1ull << (bucket - zeros), clear);
    bit = one == 0 ? 63 : (uint32_t)__builtin_ctzll(one);
    run = high1 >> bit;
    bit += 64;
  }
  return (LEDE_NAME(bucket_run)){bit - bucket, run == UINT64_MAX ? 64 : (uint32_t)__builtin_ctzll(~run)};
}

// Which of up to 16 nibbles equal `low`: bit 4 i of the result for nibble i.
static inline uint64_t LEDE_NAME(equal_nibbles)(uint64_t nibbles, uint32_t low, uint32_t count) {
  const uint64_t ones = 0x1111111111111111ull;
  uint64_t different = nibbles ^ low * ones;
  different |= different >> 1;
  different |= different >> 2;
  uint64_t wanted = count < 16 ? (1ull << (4 * count)) - 1 : UINT64_MAX;
  return ~different & ones & wanted;
}

// termFreq number i in unary; 0 when it is not there.
static inline uint32_t LEDE_NAME(unary_freq)(const range_view *view, uint32_t i) {
  // `last` is where the termFreq before ended, counted from the word at hand: 0 or below.
  int64_t last = 0;
  uint32_t before = 0;
  for (size_t at = 0; at < view->freqs_size; at += 8) {
    uint64_t word = load_window(view->freqs, at, view->freqs_size);
    uint32_t ones = (uint32_t)__builtin_popcountll(word);
    if (before + ones > i) {
      uint64_t bit = _pdep_u64(1ull << (i - before), word), below = word & (bit - 1);
      int64_t end = (int64_t)__builtin_ctzll(bit) + 1;
      return (uint32_t)(end - (below != 0 ? 64 - (int64_t)_lzcnt_u64(below) : last));
    }
    last = word != 0 ? -(int64_t)_lzcnt_u64(word) : last - 64;
    before += ones;
  }
  return 0;
}

static inline uint32_t LEDE_NAME(freq_at)(const range_view *view, uint32_t i) {
  switch (view->freqs_form) {
    case FREQS_ONES: return 1;
    case FREQS_UNARY: return LEDE_NAME(unary_freq)(view, i);
    default: return packed_freq(view, i) + 1;
  }
}

// Bytes from the start of a range that a look at one document may read, with some to spare.
#define LOOK_BYTES 72

// The parts of a range in nibbles; see range_view. At least LOOK_BYTES lie before the payload's end.
typedef struct {
  uint32_t count;
  uint64_t high0, high1;
  const uint8_t *nibbles;
} LEDE_NAME(nibble_parts);

static inline LEDE_NAME(nibble_parts) LEDE_NAME(parts_of)(const uint8_t *range) {
  uint32_t head = range[0], count = (head & 63) + 1, used = count + 31;
  const uint8_t *high = range + 1 + (head >> 6 == NIBBLES_PACKED);
  // No branch: ranges of about 33 documents would mislead it. From 64 bits on, all of the first word are kept.
  uint64_t high0 = _bzhi_u64(load_uint64(high), used);
  uint64_t high1 = _bzhi_u64(load_uint64(high + 8), used > 64 ? used - 64 : 0);
  return (LEDE_NAME(nibble_parts)){count, high0, high1, high + (used + 7) / 8};
}

// Where a look at one document found it.
typedef struct {
  uint32_t first;  // the place of the first document of its bucket
  uint64_t equal;  // bit 4 i where nibble first + i is the document's
} LEDE_NAME(nibble_look);

// Has no branch that depends on the document. Of what is damaged it says anything.
static inline LEDE_NAME(nibble_look) LEDE_NAME(look_nibbles)(const uint8_t *range, uint32_t local) {
  LEDE_NAME(nibble_parts) parts = LEDE_NAME(parts_of)(range);
  LEDE_NAME(bucket_run) run = LEDE_NAME(run_of)(parts.high0, parts.high1, local >> 4);
  // Of damage: nothing behind the 64 nibbles that there are at most.
  uint32_t first = run.first & 63;
  uint64_t window = load_uint64(parts.nibbles + first / 2) >> (4 * (first & 1));
  uint64_t equal = LEDE_NAME(equal_nibbles)(window, local & 15, run.count);
  // A bucket with all of its documents may end behind the window.
  if (run.count >= 16) equal = 1ull << (4 * (local & 15));
  return (LEDE_NAME(nibble_look)){first, equal};
}

// Whether a range has a document.
static inline uint32_t LEDE_NAME(look)(const uint8_t *range, uint32_t doc) {
  uint32_t local = doc & 511;
  if (range[0] >> 6 == BITMAP) return range[1 + local / 8] >> (local % 8) & 1;
  return LEDE_NAME(look_nibbles)(range, local).equal != 0;
}

// The place of a document that a bitmap has among its documents.
static inline uint32_t LEDE_NAME(place_in_bitmap)(const uint8_t *bitmap, uint32_t local) {
#if defined(LEDE_IS_AVX512)
  // How many bits of each word stand below: none where that is not above 0, all from 64 on.
  __m512i below = _mm512_sub_epi64(_mm512_set1_epi64((long long)local),
                                   _mm512_setr_epi64(0, 64, 128, 192, 256, 320, 384, 448));
  __m512i wanted = _mm512_sllv_epi64(_mm512_set1_epi64(-1), below);
  __m512i bits = _mm512_andnot_si512(wanted, _mm512_loadu_si512(bitmap));
  __mmask8 any = _mm512_cmpgt_epi64_mask(below, _mm512_setzero_si512());
  return (uint32_t)_mm512_reduce_add_epi64(_mm512_maskz_popcnt_epi64(any, bits));
#else
  uint32_t place = 0;
  for (uint32_t w = 0; w < 8; w++) {
    uint64_t word = load_uint64(bitmap + 8 * w), below = (1ull << (local % 64)) - 1;
    below = w < local / 64 ? UINT64_MAX : w == local / 64 ? below : 0;
    place += (uint32_t)__builtin_popcountll(word & below);
  }
  return place;
#endif
}

// Where the termFreqs of a range of `size` bytes at most are, and their form; returns 0 where that makes no sense.
static inline int LEDE_NAME(view_freqs)(const uint8_t *range, size_t size, range_view *view) {
  uint32_t head = range[0];
  if (head >> 6 == BITMAP) {
    view->width = head & 63;
    view->freqs_form = view->width == BITMAP_ONES    ? FREQS_ONES
                       : view->width == BITMAP_UNARY ? FREQS_UNARY
                                                     : FREQS_PACKED;
    view->freqs = range + 65;
  } else {
    uint32_t count = (head & 63) + 1;
    view->freqs_form = (int)(head >> 6);
    view->width = range[1];
    const uint8_t *high = range + 1 + (head >> 6 == NIBBLES_PACKED);
    view->freqs = high + (count + 38) / 8 + (count + 1) / 2;
  }
  size_t left = size - (size_t)(view->freqs - range);
  view->freqs_size = left < FREQS_BYTES ? left : FREQS_BYTES;
  return view->freqs_form != FREQS_PACKED || (view->width > 0 && view->width <= 32);
}

// termFreq number `place` of a range of `size` bytes at most; 0 where it is damaged.
static inline uint32_t LEDE_NAME(freq_in)(const uint8_t *range, size_t size, uint32_t place) {
  range_view view;
  if (range[0] >> 6 != BITMAP && place > (range[0] & 63u)) return 0;
  return LEDE_NAME(view_freqs)(range, size, &view) ? LEDE_NAME(freq_at)(&view, place) : 0;
}

// The termFreq of a document in a range of `size` bytes at most, 0 where it is absent; else its place
// too.
static inline uint32_t LEDE_NAME(look_freq)(const uint8_t *range, size_t size, uint32_t doc,
                                            uint32_t *found) {
  uint32_t local = doc & 511;
  if (range[0] >> 6 == BITMAP) {
    if ((range[1 + local / 8] >> (local % 8) & 1) == 0) return 0;
    *found = LEDE_NAME(place_in_bitmap)(range + 1, local);
  } else {
    LEDE_NAME(nibble_look) at = LEDE_NAME(look_nibbles)(range, local);
    if (at.equal == 0) return 0;
    *found = at.first + (uint32_t)__builtin_ctzll(at.equal) / 4;
  }
  return LEDE_NAME(freq_in)(range, size, *found);
}

// Documents of a range that are looked up one by one rather than all of the range decoded.
static inline size_t LEDE_NAME(few_of)(const uint8_t *range) {
  uint32_t count = range[0] >> 6 == BITMAP ? 2 * MOST_NIBBLES : (range[0] & 63) + 1;
  return count / 4 + 2;
}
#endif
