#include "lede_bits.h"

#include <string.h>

#include "bytes.h"

// Up to eight bits from bit `shift` of the first byte on.
static inline uint32_t take(const uint8_t *in, uint32_t shift, uint32_t count) {
  uint32_t bits = (uint32_t)in[0] >> shift;
  if (shift + count > 8) bits |= (uint32_t)in[1] << (8 - shift);
  return bits & ((1u << count) - 1);
}

void lede_copy_bits(const uint8_t *in, uint64_t from, uint64_t count, uint8_t *out, uint64_t to) {
  if (count == 0) return;
  in += from >> 3;
  out += to >> 3;
  uint32_t shift = from & 7, kept = to & 7;
  if (kept != 0) {
    uint32_t taken = count < 8 - kept ? (uint32_t)count : 8 - kept;
    *out = (uint8_t)((*out & ((1u << kept) - 1)) | take(in, shift, taken) << kept);
    out++;
    shift += taken;
    in += shift >> 3;
    shift &= 7;
    count -= taken;
  }
  if (shift == 0) {
    memcpy(out, in, count >> 3);
    in += count >> 3;
    out += count >> 3;
    count &= 7;
  }
  // The bits wanted reach into the ninth byte, since the first byte is not wanted whole.
  for (; count >= 64; in += 8, out += 8, count -= 64)
    store_uint64(out, load_uint64(in) >> shift | (uint64_t)in[8] << (64 - shift));
  // And so for half of them, once.
  if (count >= 32) {
    store_uint32(out, load_uint32(in) >> shift | (uint32_t)((uint64_t)in[4] << (32 - shift)));
    in += 4;
    out += 4;
    count -= 32;
  }
  for (; count >= 8; in++, out++, count -= 8) *out = (uint8_t)take(in, shift, 8);
  if (count > 0) *out = (uint8_t)take(in, shift, (uint32_t)count);
}
