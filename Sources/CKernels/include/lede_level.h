// Which vector instructions the kernels use. Every level gives the same bits.
#pragma once

enum {
  LEDE_LEVEL_PORTABLE = 0,  // what the compiler makes of plain C for any processor of the platform
  LEDE_LEVEL_AVX2 = 1,      // AVX2, BMI1, BMI2, POPCNT
  LEDE_LEVEL_AVX512 = 2     // AVX-512 F, BW, CD, DQ, VL, VBMI, VBMI2, VPOPCNTDQ
};

// The level in use: the highest that the processor has, unless the environment variable LEDE_KERNELS
// (portable, avx2 or avx512) or `lede_set_kernel_level` asks for a lower one.
int lede_kernel_level(void);

// Chooses a level for the whole process and returns the one that is in use then: never more than the
// processor has. For tests and measurements.
int lede_set_kernel_level(int level);
