#include "lede_patched.h"

#include <string.h>

#include "bytes.h"
#include "lede_bitpack.h"
#include "lede_positions.h"

enum { BLOCK = 128, HAS_EXCEPTIONS = 0x40 };

static inline size_t packed_size(size_t count, uint32_t width) { return (count * width + 7) / 8; }

// MARK: Encoding

// The width whose packed bytes and exceptions together are fewest.
static uint32_t best_width(const uint32_t *values, size_t count) {
  uint32_t widest = lede_bits_needed(values, count);
  uint8_t counts[33] = {0};
  for (size_t i = 0; i < count; i++) counts[lede_bits_of(values[i])]++;
  uint32_t best = widest, exceptions = 0;
  size_t least = packed_size(count, widest);
  for (uint32_t width = widest; width-- > 0;) {
    exceptions += counts[width + 1];
    if (exceptions > LEDE_MOST_EXCEPTIONS) break;
    size_t size = packed_size(count, width) + 1;
    for (uint32_t wider = width + 1; wider <= widest; wider++)
      size += (size_t)counts[wider] * (1 + (wider - width + 6) / 7);
    if (size < least) {
      least = size;
      best = width;
    }
  }
  return best;
}

size_t lede_patched_encode(uint32_t *values, size_t count, uint8_t *out) {
  uint32_t width = best_width(values, count);
  uint8_t indexes[LEDE_MOST_EXCEPTIONS];
  uint32_t highs[LEDE_MOST_EXCEPTIONS];
  size_t exceptions = 0;
  for (size_t i = 0; i < count && width < 32; i++) {
    if (values[i] >> width == 0) continue;
    indexes[exceptions] = (uint8_t)i;
    highs[exceptions++] = values[i] >> width;
    values[i] &= (1u << width) - 1;
  }
  uint8_t *at = out;
  *at++ = (uint8_t)(width | (exceptions > 0 ? HAS_EXCEPTIONS : 0));
  if (exceptions > 0) *at++ = (uint8_t)exceptions;
  if (count == BLOCK) {
    lede_pack128(values, width, at);
    at += 16 * width;
  } else {
    at += lede_pack_run(values, count, width, at);
  }
  memcpy(at, indexes, exceptions);
  at += exceptions;
  for (size_t i = 0; i < exceptions; i++) at = put_varint(highs[i], at);
  return (size_t)(at - out);
}

// MARK: Decoding

// A number of up to 32 bits that moves `at`; 0 when it runs past the end, or is greater.
static int take_varint(const uint8_t *in, size_t size, size_t *at, uint32_t *value) {
  uint64_t number = 0;
  for (uint32_t shift = 0; shift < 64 && *at < size; shift += 7) {
    uint8_t byte = in[(*at)++];
    if (shift == 63 && byte > 1) return 0;
    number |= (uint64_t)(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    *value = (uint32_t)number;
    return number <= UINT32_MAX;
  }
  return 0;
}

// What a block says before its packed values.
typedef struct {
  uint32_t width;
  size_t exceptions;
  size_t packed;   // where the packed values begin
  size_t patches;  // where they end
} frame;

static int open_frame(const uint8_t *in, size_t size, size_t count, frame *block) {
  if (size == 0) return 0;
  block->width = in[0] & 0x3f;
  if (block->width > 32 || in[0] >= 0x80) return 0;
  block->exceptions = 0;
  block->packed = 1;
  if (in[0] & HAS_EXCEPTIONS) {
    if (size < 2) return 0;
    block->exceptions = in[1];
    block->packed = 2;
  }
  block->patches = block->packed + packed_size(count, block->width);
  return block->patches + block->exceptions <= size;
}

size_t lede_patched_decode(const uint8_t *in, size_t size, size_t count, uint32_t *out) {
  frame block;
  if (!open_frame(in, size, count, &block)) return LEDE_PATCHED_FAILED;
  if (count == BLOCK) {
    lede_unpack128(in + block.packed, block.width, out);
  } else {
    lede_unpack_run(in + block.packed, size - block.packed, count, block.width, out);
  }
  size_t at = block.patches + block.exceptions;
  if (block.exceptions > 0 && block.width == 32) return LEDE_PATCHED_FAILED;
  for (size_t i = 0; i < block.exceptions; i++) {
    uint32_t high, index = in[block.patches + i];
    if (index >= count || !take_varint(in, size, &at, &high) || high > UINT32_MAX >> block.width)
      return LEDE_PATCHED_FAILED;
    out[index] |= high << block.width;
  }
  return at;
}

size_t lede_patched_size(const uint8_t *in, size_t size, size_t count) {
  frame block;
  if (!open_frame(in, size, count, &block)) return LEDE_PATCHED_FAILED;
  size_t at = block.patches + block.exceptions;
  uint32_t high;
  for (size_t i = 0; i < block.exceptions; i++)
    if (!take_varint(in, size, &at, &high)) return LEDE_PATCHED_FAILED;
  return at;
}
