// One body, compiled for every level: a source file includes this header, defines LEDE_BODY to the
// header that holds its functions, written as LEDE_NAME(name), and includes "each_level.h".
#pragma once

#include "lede_level.h"

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
