// Which documents of ranges may reach a threshold, for the kernels of lede_ranged.h; once for each level, see
// levels.h.
//
// Where the bounds of all lists together exceed the threshold by little, a document can lack few of them. For all
// 512 documents of a range at once, the bounds of the lists that they lack are added up, in parts of what they may
// lack: eight planes hold the sums, bit by bit, and what a sum carries out of the last plane is too much.

#define LACK_PLANES 8
#define MOST_LACK ((1 << LACK_PLANES) - 1)

// The documents that are left, and what they lack.
typedef struct {
  LEDE_NAME(range_bits) left, planes[LACK_PLANES];
} LEDE_NAME(lacking);

// All documents, which lack nothing.
static inline LEDE_NAME(lacking) LEDE_NAME(lacking_nothing)(void) {
  LEDE_NAME(lacking) all;
  memset(&all, 0, sizeof all);
  all.left = LEDE_NAME(all_bits)();
  return all;
}

// Adds a weight to what documents without their bits lack, and drops those that lack too much; returns whether any
// is left.
static inline int LEDE_NAME(lack)(LEDE_NAME(lacking) *all, LEDE_NAME(range_bits) bits, uint32_t weight) {
#if defined(LEDE_IS_AVX512)
  __m512i carry = _mm512_setzero_si512();
  for (int b = 0; b < LACK_PLANES; b++) {
    __m512i plane = all->planes[b];
    __m512i added = _mm512_andnot_si512(bits, _mm512_set1_epi64(-(long long)(weight >> b & 1)));
    // The sum of three bits, and whether two of them are set.
    all->planes[b] = _mm512_ternarylogic_epi64(plane, added, carry, 0x96);
    carry = _mm512_ternarylogic_epi64(plane, added, carry, 0xe8);
  }
  all->left = _mm512_andnot_si512(carry, all->left);
  return _mm512_test_epi64_mask(all->left, all->left) != 0;
#else
  uint64_t any = 0;
  for (int w = 0; w < 8; w++) {
    uint64_t carry = 0;
    for (int b = 0; b < LACK_PLANES; b++) {
      uint64_t plane = all->planes[b].words[w], added = ~bits.words[w] & (0 - (uint64_t)(weight >> b & 1));
      all->planes[b].words[w] = plane ^ added ^ carry;
      carry = (plane & added) | (carry & (plane | added));
    }
    any |= all->left.words[w] &= ~carry;
  }
  return any != 0;
#endif
}

// The bits of a term's documents in a range; returns 0, or LEDE_DAMAGED.
static inline size_t LEDE_NAME(term_bits)(const lede_ranged_term *term, uint32_t range,
                                          LEDE_NAME(range_bits) *bits) {
  if (term->list != NULL && term->list->codes[range] != 0) return LEDE_NAME(bits_of)(term->list, range, bits);
  memset(bits, 0, sizeof *bits);
  if (term->list != NULL || term->starts == NULL) return 0;
  uint64_t words[8];
  uint32_t first = term->starts[range];
  LEDE_NAME(set_bits)(term->docs + first, term->starts[range + 1] - first, range << 9, words);
  memcpy(bits, words, 64);
  return 0;
}

// Those of one range.
static inline size_t LEDE_NAME(reach_in)(const lede_reach *reach, uint32_t local, double cut,
                                         uint32_t *docs) {
  uint32_t range = reach->first + local;
  double total = 0;
  for (size_t i = 0; i < reach->count; i++) total += (double)reach->terms[reach->numbers[i]].bounds[local];
  // Where a required term has none, none is asked for, whatever the cut.
  if (total < cut || total == -__builtin_inf()) return 0;
  // What may be lacked is rounded up, for the sums here and those that judge documents; parts of it are rounded down.
  double spare = (total - cut) * (1 + 0x1p-40) + total * (double)(reach->count + 8) * 0x1p-51;
  double scale = MOST_LACK / spare;
  LEDE_NAME(lacking) all = LEDE_NAME(lacking_nothing)();
  for (size_t i = 0; i < reach->count; i++) {
    const lede_ranged_term *term = reach->terms + reach->numbers[i];
    double bound = (double)term->bounds[local];
    int is_needed = term->is_required || bound > spare;
    // Of what is no number, as damage may make, nothing is known.
    double part = bound * scale;
    uint32_t weight = part >= 1 ? (part < MOST_LACK ? (uint32_t)part : MOST_LACK) : 0;
    if (!is_needed && weight == 0) continue;
    LEDE_NAME(range_bits) bits;
    if (LEDE_NAME(term_bits)(term, range, &bits) == LEDE_DAMAGED) return LEDE_DAMAGED;
    if (!(is_needed ? LEDE_NAME(share)(&all.left, bits) : LEDE_NAME(lack)(&all, bits, weight))) return 0;
  }
  uint64_t words[8];
  memcpy(words, &all.left, 64);
  LEDE_NAME(cut_bits)(reach->doc_count - (range << 9), words);
  return LEDE_NAME(docs_of_bits)(words, range, docs);
}

static size_t LEDE_NAME(lede_ranged_reach)(const lede_reach *reach, const uint32_t *ranges, size_t count,
                                           double cut, size_t most, size_t *next, uint32_t *docs) {
  size_t found = 0, i = 0;
  for (; i < count && found < LEDE_REACH_ENOUGH; i++) {
    for (size_t k = 0; i + 2 < count && k < reach->count; k++) {
      const lede_ranged *list = reach->terms[reach->numbers[k]].list;
      if (list != NULL) prefetch_range(list, reach->first + ranges[i + 2]);
    }
    size_t own = LEDE_NAME(reach_in)(reach, ranges[i], cut, docs + found);
    if (own == LEDE_DAMAGED) return LEDE_DAMAGED;
    if (own > most) break;
    found += own;
  }
  *next = i;
  return found;
}
