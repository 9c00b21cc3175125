#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE // madvise is no part of C17
#endif

#include "lede_memory.h"

#include <stdint.h>
#include <stdlib.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif

void lede_advise_huge_pages(void *base, size_t size) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Whole huge pages only, so that what lies beside the range is not touched.
  const uintptr_t huge = (uintptr_t)2 << 20;
  const uintptr_t start = ((uintptr_t)base + huge - 1) & ~(huge - 1);
  const uintptr_t end = ((uintptr_t)base + size) & ~(huge - 1);
  if (start < end) {
    (void)madvise((void *)start, end - start, MADV_HUGEPAGE); // a hint: failure changes nothing
  }
#else
  (void)base;
  (void)size;
#endif
}

void lede_populate(void *base, size_t size) {
#if defined(__linux__)
#if defined(MADV_POPULATE_WRITE)
  const int advice = MADV_POPULATE_WRITE;
#else
  const int advice = 23; // of Linux 5.14; older ones refuse
#endif
  (void)madvise(base, size, advice); // a hint: failure changes nothing
#else
  (void)base;
  (void)size;
#endif
}

void *lede_resize(void *base, size_t size) { return realloc(base, size); }

void lede_free(void *base) { free(base); }
