#include "lede_term.h"

static inline int next_ordinals(lede_values *values, lede_term *term) {
  uint64_t next = 0;
  for (uint64_t i = 0; i <= term->more; i++) {
    next += lede_next_code(values, values->order);
    if (next > UINT32_MAX) return 0;
    term->ordinals[i] = (uint32_t)next++;
  }
  return 1;
}

static inline int next_single(lede_values *values, lede_term *term) {
  term->doc = (uint32_t)lede_next_bits(values, values->doc_width);
  term->more = lede_next_code(values, 0);
  term->postings_size = term->positions_size = 0;
  if (term->more >= UINT32_MAX) return 0;
  if (!values->has_positions) return 1;
  if (lede_is_inline(term)) return next_ordinals(values, term);
  term->positions_size = lede_next_code(values, LEDE_SINGLE_LENGTH_ORDER);
  return 1;
}

static inline int next_list(lede_values *values, lede_term *term) {
  lede_list_lengths lengths = lede_next_lengths(values, term->doc_freq);
  term->more = lengths.more;
  term->postings_size = lengths.postings;
  term->positions_size = lengths.positions;
  return 1;
}

static inline int next_alias(lede_values *values, lede_term *term) {
  values->surface += lede_next_difference(values, values->order);
  term->surface = (uint32_t)values->surface;
  term->more = term->postings_size = term->positions_size = 0;
  return values->surface <= UINT32_MAX;
}

int lede_next_term(lede_values *values, lede_term *term) {
  lede_values at = *values;
  uint64_t doc_freq = lede_next_code(&at, 0) + at.has_positions;
  if (doc_freq > UINT32_MAX) return 0;
  term->doc_freq = (uint32_t)doc_freq;
  term->postings = at.postings;
  term->positions = at.positions;
  int is_sound = doc_freq == 1   ? next_single(&at, term)
                 : doc_freq == 0 ? next_alias(&at, term)
                                 : next_list(&at, term);
  at.postings += term->postings_size;
  at.positions += term->positions_size;
  // Not the whole of it: a copy as vectors would wait for the numbers just written.
  values->bit = at.bit;
  values->postings = at.postings;
  values->positions = at.positions;
  values->surface = at.surface;
  return is_sound && at.bit <= 8 * at.size;
}
