// Included once per source file, after LEDE_BODY was defined: see levels.h.

#define LEDE_NAME(name) name##_portable
#define LEDE_LEVEL LEDE_LEVEL_PORTABLE
#include LEDE_BODY
#undef LEDE_NAME
#undef LEDE_LEVEL

#if LEDE_HAS_LEVELS
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))), \
                             apply_to = function)
#define LEDE_NAME(name) name##_avx2
#define LEDE_LEVEL LEDE_LEVEL_AVX2
#define LEDE_IS_AVX2 1
#include LEDE_BODY
#undef LEDE_NAME
#undef LEDE_LEVEL
#undef LEDE_IS_AVX2
#pragma clang attribute pop

#pragma clang attribute push(                                                               \
    __attribute__((target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,"        \
                          "avx512vbmi2,avx512vpopcntdq,avx2,bmi,bmi2,lzcnt,popcnt"))),     \
    apply_to = function)
#define LEDE_NAME(name) name##_avx512
#define LEDE_LEVEL LEDE_LEVEL_AVX512
#define LEDE_IS_AVX512 1
#include LEDE_BODY
#undef LEDE_NAME
#undef LEDE_LEVEL
#undef LEDE_IS_AVX512
#pragma clang attribute pop
#endif
