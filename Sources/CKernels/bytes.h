// Little-endian numbers at any address.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t load_uint16(const uint8_t *at) {
  return (uint16_t)(at[0] | (uint32_t)at[1] << 8);
}

static inline uint32_t load_uint32(const uint8_t *at) {
  uint32_t number;
  memcpy(&number, at, sizeof number);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  number = __builtin_bswap32(number);
#endif
  return number;
}

static inline uint64_t load_uint64(const uint8_t *at) {
  uint64_t number;
  memcpy(&number, at, sizeof number);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  number = __builtin_bswap64(number);
#endif
  return number;
}

// Eight bytes from `at` on, zeros for those behind the `size` bytes, which are not read.
static inline uint64_t load_window(const uint8_t *in, size_t at, size_t size) {
  if (__builtin_expect(at + 8 <= size, 1)) return load_uint64(in + at);
  uint64_t window = 0;
  for (size_t i = 0; at + i < size; i++) window |= (uint64_t)in[at + i] << (8 * i);
  return window;
}

static inline void store_uint32(uint8_t *at, uint32_t number) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  number = __builtin_bswap32(number);
#endif
  memcpy(at, &number, sizeof number);
}

static inline void store_uint64(uint8_t *at, uint64_t number) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  number = __builtin_bswap64(number);
#endif
  memcpy(at, &number, sizeof number);
}

// Writes a LEB128 number; returns the bytes' end.
static inline uint8_t *put_varint(uint64_t value, uint8_t *out) {
  for (; value >= 0x80; value >>= 7) *out++ = (uint8_t)(value | 0x80);
  *out++ = (uint8_t)value;
  return out;
}
