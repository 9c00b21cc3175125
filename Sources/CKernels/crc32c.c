#include "lede_crc32c.h"

#include <pthread.h>
#include <string.h>

#include "bytes.h"

// Two paths, both of RFC 3720's CRC-32C:
//
// * portable: slicing by 8 (Kounavis and Berry, "Novel table lookup-based algorithms for
//   high-performance CRC generation", 2008): eight table look-ups for eight bytes.
// * hardware: the CRC instruction has a latency of three cycles and a throughput of one, so three
//   independent runs of STRIDE bytes are kept in flight and joined with a table that moves a CRC
//   over STRIDE zero bytes (linear over GF(2): four look-ups a join).

#define POLYNOMIAL UINT32_C(0x82f63b78)
#define STRIDE 1024

static uint32_t slices[8][256];
static uint32_t shift_one[4][256];  // moves a CRC over STRIDE zero bytes
static uint32_t shift_two[4][256];  // and over 2 * STRIDE
static pthread_once_t tables_made = PTHREAD_ONCE_INIT;

static uint32_t over_zeros(uint32_t crc, size_t count) {
  for (size_t i = 0; i < count; i++) crc = (crc >> 8) ^ slices[0][crc & 0xff];
  return crc;
}

static void make_shift(uint32_t table[4][256], size_t zeros) {
  uint32_t of_bit[32];
  for (int bit = 0; bit < 32; bit++) of_bit[bit] = over_zeros(UINT32_C(1) << bit, zeros);
  for (int byte = 0; byte < 4; byte++) {
    for (int value = 0; value < 256; value++) {
      uint32_t sum = 0;
      for (int bit = 0; bit < 8; bit++) {
        if (value >> bit & 1) sum ^= of_bit[8 * byte + bit];
      }
      table[byte][value] = sum;
    }
  }
}

static void make_tables(void) {
  for (uint32_t value = 0; value < 256; value++) {
    uint32_t crc = value;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
    slices[0][value] = crc;
  }
  for (int slice = 1; slice < 8; slice++) {
    for (int value = 0; value < 256; value++) {
      uint32_t before = slices[slice - 1][value];
      slices[slice][value] = (before >> 8) ^ slices[0][before & 0xff];
    }
  }
  make_shift(shift_one, STRIDE);
  make_shift(shift_two, 2 * STRIDE);
}

static uint32_t update_portable(uint32_t crc, const uint8_t *at, size_t length) {
  for (; length >= 8; at += 8, length -= 8) {
    uint64_t word = load_uint64(at) ^ crc;
    crc = slices[7][word & 0xff] ^ slices[6][word >> 8 & 0xff] ^ slices[5][word >> 16 & 0xff] ^
          slices[4][word >> 24 & 0xff] ^ slices[3][word >> 32 & 0xff] ^
          slices[2][word >> 40 & 0xff] ^ slices[1][word >> 48 & 0xff] ^ slices[0][word >> 56];
  }
  for (; length > 0; at++, length--) crc = (crc >> 8) ^ slices[0][(crc ^ *at) & 0xff];
  return crc;
}

#if defined(__x86_64__)
#include <immintrin.h>
#define HARDWARE __attribute__((target("sse4.2")))
static int has_hardware(void) { return __builtin_cpu_supports("sse4.2"); }
HARDWARE static inline uint64_t step8(uint64_t crc, uint64_t word) {
  return _mm_crc32_u64(crc, word);
}
HARDWARE static inline uint32_t step1(uint32_t crc, uint8_t byte) { return _mm_crc32_u8(crc, byte); }
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#define HARDWARE
static int has_hardware(void) { return 1; }
static inline uint64_t step8(uint64_t crc, uint64_t word) { return __crc32cd((uint32_t)crc, word); }
static inline uint32_t step1(uint32_t crc, uint8_t byte) { return __crc32cb(crc, byte); }
#endif

#if defined(HARDWARE)
static uint32_t shifted(const uint32_t table[4][256], uint32_t crc) {
  return table[0][crc & 0xff] ^ table[1][crc >> 8 & 0xff] ^ table[2][crc >> 16 & 0xff] ^
         table[3][crc >> 24];
}

HARDWARE static uint32_t update_hardware(uint32_t crc, const uint8_t *at, size_t length) {
  for (; length >= 3 * STRIDE; at += 3 * STRIDE, length -= 3 * STRIDE) {
    uint64_t first = crc, second = 0, third = 0;
    for (size_t i = 0; i < STRIDE; i += 8) {
      first = step8(first, load_uint64(at + i));
      second = step8(second, load_uint64(at + STRIDE + i));
      third = step8(third, load_uint64(at + 2 * STRIDE + i));
    }
    crc = shifted(shift_two, (uint32_t)first) ^ shifted(shift_one, (uint32_t)second) ^
          (uint32_t)third;
  }
  for (; length >= 8; at += 8, length -= 8) crc = (uint32_t)step8(crc, load_uint64(at));
  for (; length > 0; at++, length--) crc = step1(crc, *at);
  return crc;
}
#endif

uint32_t lede_crc32c_portable(uint32_t crc, const void *bytes, size_t length) {
  pthread_once(&tables_made, make_tables);
  return ~update_portable(~crc, bytes, length);
}

uint32_t lede_crc32c(uint32_t crc, const void *bytes, size_t length) {
  pthread_once(&tables_made, make_tables);
#if defined(HARDWARE)
  if (has_hardware()) return ~update_hardware(~crc, bytes, length);
#endif
  return ~update_portable(~crc, bytes, length);
}
