// What lists share in a range, for the kernels of lede_ranged.h; once for each level, see levels.h.

// Keeps the documents of a range whose bits are set; `kept` may be `docs`, both have room for 16 past the
// last. Returns how many.
static inline size_t LEDE_NAME(test_bits)(const uint32_t *docs, size_t count, uint32_t base,
                                          const uint64_t *bits, uint32_t *kept) {
  size_t found = 0;
#if defined(LEDE_IS_AVX512)
  __m512i words = _mm512_loadu_si512(bits), first = _mm512_set1_epi32((int)base);
  for (size_t i = 0; i < count; i += 16) {
    __mmask16 valid = lanes16(count - i);
    __m512i some = _mm512_loadu_si512(docs + i), local = _mm512_sub_epi32(some, first);
    __m512i word = _mm512_permutexvar_epi32(_mm512_srli_epi32(local, 5), words);
    __m512i bit = _mm512_sllv_epi32(_mm512_set1_epi32(1),
                                    _mm512_and_si512(local, _mm512_set1_epi32(31)));
    __mmask16 has = _mm512_mask_test_epi32_mask(valid, word, bit);
    _mm512_storeu_si512(kept + found, _mm512_maskz_compress_epi32(has, some));
    found += (size_t)__builtin_popcount(has);
  }
#else
  for (size_t i = 0; i < count; i++) {
    uint32_t local = docs[i] - base;
    kept[found] = docs[i];
    found += bits[local >> 6] >> (local & 63) & 1;
  }
#endif
  return found;
}

// The documents whose bits are set in the eight words of a range; returns how many.
static inline size_t LEDE_NAME(docs_of_bits)(const uint64_t *bits, uint32_t range, uint32_t *docs) {
  size_t found = 0;
  for (uint32_t w = 0; w < 8; w++) {
    for (uint64_t word = bits[w]; word != 0; word &= word - 1)
      docs[found++] = (range << 9) + 64 * w + (uint32_t)__builtin_ctzll(word);
  }
  return found;
}

static size_t LEDE_NAME(lede_ranged_meet)(const lede_ranged *const *lists, size_t list_count,
                                          uint32_t range, uint32_t *docs) {
  uint64_t bits[8], words[8];
  uint32_t own[LEDE_RANGE_SIZE + 16], base = range << 9;
  size_t found = 0;
  int is_bits = 0;
  for (size_t number = 0; number < list_count; number++) {
    const lede_ranged *list = lists[number];
    range_view view;
    if (list->codes[range] == 0) return 0;
    if (!LEDE_NAME(view_range)(list, range, &view)) return LEDE_DAMAGED;
    if (view.is_bitmap) {
      LEDE_NAME(load_bitmap)(list, view.docs, base, words);
      if (number == 0) {
        memcpy(bits, words, sizeof bits);
        is_bits = 1;
      } else if (is_bits) {
        for (int w = 0; w < 8; w++) bits[w] &= words[w];
      } else {
        found = LEDE_NAME(test_bits)(docs, found, base, words, docs);
      }
    } else {
      uint32_t *taken = number == 0 ? docs : own;
      LEDE_NAME(take_docs)(&view, taken);
      if (!ends_inside(list, taken, view.count)) return LEDE_DAMAGED;
      if (number == 0) {
        found = view.count;
      } else {
        if (!is_bits) LEDE_NAME(set_bits)(docs, found, base, bits);
        is_bits = 0;
        found = LEDE_NAME(test_bits)(own, view.count, base, bits, docs);
      }
    }
    if (!is_bits && found == 0) return 0;
  }
  if (is_bits) return LEDE_NAME(docs_of_bits)(bits, range, docs);
  return ascends(docs, found) ? found : LEDE_DAMAGED;
}
