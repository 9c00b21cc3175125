#include "bit_writer.h"
#include "lede_term.h"

#include <string.h>

// MARK: Numbers

static inline void put_long(bit_writer *writer, uint64_t value, uint32_t bits) {
  if (bits > 32) {
    put(writer, value & UINT32_MAX, 32);
    value >>= 32;
    bits -= 32;
  }
  put(writer, value, bits);
}

// A number in exponential Golomb code.
static inline void put_code(bit_writer *writer, uint64_t value, uint32_t order) {
  uint64_t sum = value + (1ull << order);
  uint32_t width = 63 - (uint32_t)__builtin_clzll(sum), zeros = width - order;
  uint64_t rest = sum ^ 1ull << width;
  if (__builtin_expect(zeros + 1 + width <= 32, 1)) {
    put(writer, 1ull << zeros | rest << (zeros + 1), zeros + 1 + width);
  } else {
    put_long(writer, 1ull << zeros, zeros + 1);
    put_long(writer, rest, width);
  }
}

static inline uint64_t difference_code(uint64_t value, uint64_t other) {
  uint64_t difference = value - other;
  return difference << 1 ^ (0 - (difference >> 63));
}

static inline void put_difference(bit_writer *writer, uint64_t value, uint64_t other,
                                  uint32_t order) {
  put_code(writer, difference_code(value, other), order);
}

// MARK: Orders

// Numbers for which the best order is looked for.
typedef struct {
  const uint64_t *values;
  size_t count;
} numbers;

static uint64_t size_in(numbers all, uint32_t order) {
  uint64_t size = 0;
  for (size_t i = 0; i < all.count; i++)
    size += 2 * lede_bits_in(all.values[i] + (1ull << order)) - 1 - order;
  return size;
}

// The order up to 15 in which numbers take the fewest bits, or nearly so. Of numbers that spread
// evenly, or fall off as those of a power law do, it is near the logarithm of their mean.
static uint32_t best_order(numbers all) {
  if (all.count == 0) return 0;
  uint64_t sum = 0;
  for (size_t i = 0; i < all.count; i++) sum += all.values[i];
  uint32_t near = lede_bits_in(sum / all.count);
  if (near > 14) near = 14;
  uint32_t best = near > 2 ? near - 2 : 0;
  uint64_t least = size_in(all, best);
  for (uint32_t order = best + 1; order <= near + 1; order++) {
    uint64_t size = size_in(all, order);
    if (size >= least) continue;
    least = size;
    best = order;
  }
  return best;
}

static inline int is_single_inline(const lede_term *term) {
  return term->doc_freq == 1 && lede_is_inline(term);
}

// The order of gaps of ordinals that stand in the dictionary.
static uint32_t order_of_ordinals(const lede_term *terms, size_t count) {
  uint64_t gaps[LEDE_TERM_BLOCK * LEDE_MOST_INLINE_POSITIONS];
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    if (!is_single_inline(terms + i)) continue;
    uint64_t next = 0;
    for (uint64_t lane = 0; lane <= terms[i].more; lane++) {
      gaps[found++] = terms[i].ordinals[lane] - next;
      next = (uint64_t)terms[i].ordinals[lane] + 1;
    }
  }
  return best_order((numbers){gaps, found});
}

// The order of differences of the surfaces that classes stand for.
static uint32_t order_of_surfaces(const lede_term *terms, size_t count, uint32_t first) {
  uint64_t differences[LEDE_TERM_BLOCK];
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    if (terms[i].doc_freq != 0) continue;
    differences[found++] = difference_code(terms[i].surface, first);
    first = terms[i].surface;
  }
  return best_order((numbers){differences, found});
}

// The bits that an occurrence takes in the positions of the block's lists, up to 15. Long lists weigh no
// more than others: their lengths take few bits more.
static uint32_t bits_per_position(const lede_term *terms, size_t count) {
  uint64_t bytes = 0, occurrences = 0;
  for (size_t i = 0; i < count; i++) {
    if (terms[i].doc_freq < 2 || terms[i].doc_freq >= 128) continue;
    bytes += terms[i].positions_size;
    occurrences += terms[i].more + terms[i].doc_freq;
  }
  if (occurrences == 0) return 7;
  uint64_t bits = (8 * bytes + occurrences / 2) / occurrences;
  return bits < 15 ? (uint32_t)bits : 15;
}

// MARK: Values

static void put_single(bit_writer *writer, const lede_term *term, const lede_values *code) {
  put(writer, term->doc, code->doc_width);
  put_code(writer, term->more, 0);
  if (!code->has_positions) return;
  if (!lede_is_inline(term)) {
    put_code(writer, term->positions_size, LEDE_SINGLE_LENGTH_ORDER);
    return;
  }
  uint64_t next = 0;
  for (uint64_t lane = 0; lane <= term->more; lane++) {
    put_code(writer, term->ordinals[lane] - next, code->order);
    next = (uint64_t)term->ordinals[lane] + 1;
  }
}

static void put_list(bit_writer *writer, const lede_term *term, const lede_values *code) {
  uint64_t doc_freq = term->doc_freq;
  put_code(writer, term->more, lede_order_below(doc_freq));
  uint64_t postings = lede_postings_estimate(code->doc_width, doc_freq, term->more);
  put_difference(writer, term->postings_size, postings, lede_order_below(postings));
  if (!code->has_positions) return;
  uint64_t positions = lede_positions_estimate(code->second, doc_freq + term->more);
  put_difference(writer, term->positions_size, positions, lede_order_below(positions));
}

static uint32_t first_surface(const lede_term *terms, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (terms[i].doc_freq == 0) return terms[i].surface;
  return 0;
}

static void put_value(bit_writer *writer, const lede_term *term, const lede_values *code,
                      uint32_t surface) {
  put_code(writer, (uint64_t)term->doc_freq - code->has_positions, 0);
  if (term->doc_freq == 1) {
    put_single(writer, term, code);
  } else if (term->doc_freq > 1) {
    put_list(writer, term, code);
  } else {
    put_difference(writer, term->surface, surface, code->order);
  }
}

// Where the value in the middle of a block begins: bits behind the first, and what was before it.
typedef struct {
  uint64_t bits, postings, positions;
  uint32_t surface;
} middle;

// The numbers of a block's head, but for its parameters.
static uint8_t *put_head(uint8_t *at, const lede_values *start, const middle *stated) {
  at = put_varint(start->postings, at);
  at = put_varint(start->has_positions ? start->positions : start->surface, at);
  if (stated == NULL) return at;
  at = put_varint(stated->bits, at);
  at = put_varint(stated->postings, at);
  return put_varint(start->has_positions ? stated->positions
                                         : difference_code(stated->surface, start->surface),
                    at);
}

size_t lede_encode_terms(const lede_term *terms, size_t count, uint32_t doc_width,
                         int has_positions, uint64_t postings, uint64_t positions, uint8_t *out) {
  uint32_t surface = first_surface(terms, count);
  lede_values code = {.doc_width = doc_width, .has_positions = (uint32_t)has_positions,
                      .postings = postings, .positions = positions, .surface = surface};
  code.order = has_positions ? order_of_ordinals(terms, count)
                             : order_of_surfaces(terms, count, surface);
  code.second = has_positions ? bits_per_position(terms, count) : 0;
  // The head is as long as its numbers are: the values are written behind the longest, and moved.
  uint8_t *values = out + LEDE_TERMS_HEAD;
  bit_writer writer = {values, 0, 0};
  middle before = {0, 0, 0, surface}, at_middle = before;
  for (size_t i = 0; i < count; i++) {
    if (i == LEDE_TERM_MIDDLE) {
      at_middle = before;
      at_middle.bits = 8 * (uint64_t)(writer.out - values) + writer.count;
    }
    put_value(&writer, terms + i, &code, before.surface);
    before.postings += terms[i].postings_size;
    before.positions += terms[i].positions_size;
    if (terms[i].doc_freq == 0) before.surface = terms[i].surface;
  }
  size_t size = (size_t)(put_rest(&writer) - values);
  out[0] = (uint8_t)(code.order | code.second << 4);
  uint8_t *end = put_head(out + 1, &code, count > LEDE_TERM_MIDDLE ? &at_middle : NULL);
  memmove(end, values, size);
  return (size_t)(end - out) + size;
}
