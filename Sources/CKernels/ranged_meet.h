// What lists share in a range, for the kernels of lede_ranged.h; once for each level, see levels.h.

// The documents whose bits are set in the eight words of a range; returns how many.
static inline size_t LEDE_NAME(docs_of_bits)(const uint64_t *bits, uint32_t range, uint32_t *docs) {
  size_t found = 0;
  for (uint32_t w = 0; w < 8; w++)
    if (bits[w] != 0) found += LEDE_NAME(ones_of)(bits[w], (range << 9) + 64 * w, docs + found, 16);
  return found;
}

static size_t LEDE_NAME(lede_ranged_meet)(const lede_ranged *const *lists, size_t list_count,
                                          uint32_t range, uint32_t *docs) {
  uint64_t bits[8], own[8], any;
  for (size_t number = 0; number < list_count; number++) {
    uint64_t *taken = number == 0 ? bits : own;
    if (lists[number]->codes[range] == 0) return 0;
    if (LEDE_NAME(take_bits)(lists[number], range, taken) == LEDE_DAMAGED) return LEDE_DAMAGED;
    if (number == 0) continue;
    any = 0;
    for (int w = 0; w < 8; w++) any |= bits[w] &= own[w];
    if (any == 0) return 0;
  }
  return LEDE_NAME(docs_of_bits)(bits, range, docs);
}
