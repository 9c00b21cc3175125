#include "lede_values.h"

static inline void skip_single(lede_values *values) {
  values->bit += values->doc_width;
  uint64_t more = lede_next_code(values, 0);
  if (!values->has_positions) return;
  if (more >= LEDE_MOST_INLINE_POSITIONS) {
    values->positions += lede_next_code(values, LEDE_SINGLE_LENGTH_ORDER);
    return;
  }
  for (uint64_t i = 0; i <= more; i++) lede_next_code(values, values->order);
}

void lede_skip_values(lede_values *values, size_t count) {
  lede_values at = *values;
  for (size_t i = 0; i < count; i++) {
    uint64_t doc_freq = lede_next_code(&at, 0) + at.has_positions;
    if (doc_freq == 1) {
      skip_single(&at);
    } else if (doc_freq == 0) {
      at.surface += lede_next_difference(&at, at.order);
    } else {
      lede_list_lengths lengths = lede_next_lengths(&at, doc_freq);
      at.postings += lengths.postings;
      at.positions += lengths.positions;
    }
    if (at.bit > 8 * at.size) break;
  }
  *values = at;
}
