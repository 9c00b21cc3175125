#include "lede_short.h"

#include <string.h>

#include "bit_writer.h"
#include "bytes.h"
#include "lede_ones.h"
#include "ones_interpolative.h"

// What termFreqs look like follows from how many occurrences there are.
enum { FREQS_ONES, FREQS_UNARY, FREQS_PATCHED };

static inline int form_of(size_t count, uint64_t more) {
  return more == 0 ? FREQS_ONES : more <= 3 * (uint64_t)count ? FREQS_UNARY : FREQS_PATCHED;
}

static size_t put_patched(const uint32_t *freqs, size_t count, uint8_t *out) {
  uint32_t values[128];
  for (size_t i = 0; i < count; i++) values[i] = freqs[i] - 1;
  return lede_patched_encode(values, count, out);
}

size_t lede_short_encode(const uint32_t *docs, const uint32_t *freqs, size_t count,
                         uint32_t last_width, uint8_t *out) {
  uint64_t more = 0;
  for (size_t i = 0; i < count; i++) more += freqs[i] - 1;
  int form = form_of(count, more);
  bit_writer writer = {out, 0, 0};
  if (form == FREQS_PATCHED) writer.out += put_patched(freqs, count, out);
  if (form == FREQS_UNARY) put_unary(&writer, freqs, count);
  uint32_t last = docs[count - 1];
  put(&writer, last, last_width);
  put_interpolative(&writer, docs, count - 1, 0, last - 1);
  return (size_t)(put_rest(&writer) - out);
}

// Decodes termFreqs; returns the bit behind them, or SIZE_MAX.
static size_t take_freqs(const uint8_t *list, size_t size, size_t count, uint64_t more,
                         uint32_t *freqs) {
  int form = form_of(count, more);
  if (form == FREQS_UNARY)
    return lede_unpack_unary(list, size, count, freqs) ? count + (size_t)more : SIZE_MAX;
  if (form == FREQS_ONES) {
    for (size_t i = 0; i < count; i++) freqs[i] = 1;
    return 0;
  }
  size_t bytes = lede_patched_decode(list, size, count, freqs);
  if (bytes == LEDE_PATCHED_FAILED) return SIZE_MAX;
  uint32_t highest = 0;
  for (size_t i = 0; i < count; i++) {
    highest = freqs[i] > highest ? freqs[i] : highest;
    freqs[i]++;
  }
  return highest == UINT32_MAX ? SIZE_MAX : 8 * bytes;
}

int lede_short_decode(const uint8_t *list, size_t size, size_t count, uint64_t more,
                      uint32_t last_width, uint32_t doc_count, uint32_t *docs, uint32_t *freqs) {
  size_t bit = take_freqs(list, size, count, more, freqs);
  if (bit == SIZE_MAX || bit + last_width > 8 * size) return 0;
  uint64_t window = load_window(list, bit / 8, size) >> (bit % 8);
  uint32_t last = (uint32_t)(window & ((1ull << last_width) - 1));
  if (last >= doc_count || last < count - 1) return 0;
  docs[count - 1] = last;
  return lede_unpack_interpolative(list, size, bit + last_width, count - 1, 0, last - 1, docs) !=
         SIZE_MAX;
}
