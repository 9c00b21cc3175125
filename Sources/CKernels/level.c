#include "lede_level.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static _Atomic int current = -1;

static int highest(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
      !__builtin_cpu_supports("bmi2") || !__builtin_cpu_supports("popcnt"))
    return LEDE_LEVEL_PORTABLE;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vbmi") &&
      __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vpopcntdq"))
    return LEDE_LEVEL_AVX512;
  return LEDE_LEVEL_AVX2;
#else
  return LEDE_LEVEL_PORTABLE;
#endif
}

static int wanted(void) {
  const char *name = getenv("LEDE_KERNELS");
  if (name == NULL) return LEDE_LEVEL_AVX512;
  if (strcmp(name, "portable") == 0) return LEDE_LEVEL_PORTABLE;
  if (strcmp(name, "avx2") == 0) return LEDE_LEVEL_AVX2;
  return LEDE_LEVEL_AVX512;
}

int lede_set_kernel_level(int level) {
  int most = highest();
  int chosen = level < LEDE_LEVEL_PORTABLE ? LEDE_LEVEL_PORTABLE : level < most ? level : most;
  atomic_store_explicit(&current, chosen, memory_order_relaxed);
  return chosen;
}

int lede_kernel_level(void) {
  int level = atomic_load_explicit(&current, memory_order_relaxed);
  return level >= 0 ? level : lede_set_kernel_level(wanted());
}
