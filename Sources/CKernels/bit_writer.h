// Bits gather in a word, lowest first, and go out 32 at a time: a number is a few bits, and the bytes it
// falls into are written once.
#pragma once

#include <stdint.h>

#include "bytes.h"

typedef struct {
  uint8_t *out;
  uint64_t bits;
  uint32_t count;  // below 32 between calls
} bit_writer;

// Goes on at a bit of `out`, of which the lower ones of its byte are kept.
static inline bit_writer bit_writer_at(uint8_t *out, size_t bit) {
  uint32_t kept = bit % 8;
  uint64_t bits = kept == 0 ? 0 : out[bit / 8] & ((1u << kept) - 1);
  return (bit_writer){out + bit / 8, bits, kept};
}

// Appends the lowest `bits` bits, at most 32, of a value that has no others.
static inline void put(bit_writer *writer, uint64_t value, uint32_t bits) {
  writer->bits |= value << writer->count;
  writer->count += bits;
  if (writer->count >= 32) {
    store_uint32(writer->out, (uint32_t)writer->bits);
    writer->out += 4;
    writer->bits >>= 32;
    writer->count -= 32;
  }
}

static inline void put_zeros(bit_writer *writer, uint64_t count) {
  for (; count > 32; count -= 32) put(writer, 0, 32);
  put(writer, 0, (uint32_t)count);
}

// Writes what is left, padded with zeros to a whole byte; returns the bytes' end.
static inline uint8_t *put_rest(bit_writer *writer) {
  for (; writer->count > 0; writer->count = writer->count > 8 ? writer->count - 8 : 0) {
    *writer->out++ = (uint8_t)writer->bits;
    writer->bits >>= 8;
  }
  return writer->out;
}
