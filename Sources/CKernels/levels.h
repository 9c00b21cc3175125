// One body, compiled for every level: a source file includes this header, defines LEDE_BODY to the
// header that holds its functions, written as LEDE_NAME(name), and includes "each_level.h".
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lede_level.h"

// The lanes of sixteen, or of eight, that `count` values fill from the first on: a mask of AVX-512.
static inline uint16_t lanes16(size_t count) {
  return count >= 16 ? 0xffff : (uint16_t)((1u << count) - 1);
}

static inline uint8_t lanes8(size_t count) {
  return count >= 8 ? 0xff : (uint8_t)((1u << count) - 1);
}

#if defined(__x86_64__)
#define LEDE_HAS_LEVELS 1
// Calls the function of the level in use.
#define LEDE_DISPATCH(name, ...)                                 \
  switch (lede_kernel_level()) {                                 \
    case LEDE_LEVEL_AVX512: return name##_avx512(__VA_ARGS__);   \
    case LEDE_LEVEL_AVX2: return name##_avx2(__VA_ARGS__);       \
    default: return name##_portable(__VA_ARGS__);                \
  }
#else
#define LEDE_HAS_LEVELS 0
#define LEDE_DISPATCH(name, ...) return name##_portable(__VA_ARGS__)
#endif
