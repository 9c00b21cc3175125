#define _GNU_SOURCE
#include "lede_platform.h"

#include <errno.h>
#include <stdatomic.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

void lede_return_large_memory(void) {
#if defined(__GLIBC__)
  // Set once, the threshold stays; left alone, it rises to the size of whatever was freed.
  (void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
  // With it set, the end of the heap would go back and come again at each 128 KiB.
  (void)mallopt(M_TRIM_THRESHOLD, 2 << 20);
  (void)mallopt(M_TOP_PAD, 1 << 20);
#endif
}

unsigned lede_thread_number(void) {
  static atomic_uint next = 1;
  static _Thread_local unsigned number = 0;
  if (number == 0) number = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
  return number;
}

#ifdef __linux__
#include <fcntl.h>
#include <sched.h>

void lede_begin_writing(int descriptor, long long offset, long long size) {
#ifdef SYNC_FILE_RANGE_WRITE
  (void)sync_file_range(descriptor, offset, size, SYNC_FILE_RANGE_WRITE);
#else
  (void)descriptor, (void)offset, (void)size;
#endif
}

int lede_pin_to_processor(int processor) {
  if (processor < 0 || processor >= CPU_SETSIZE) {
    errno = EINVAL;
    return -1;
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return sched_setaffinity(0, sizeof set, &set);
}

int lede_processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count > 0 ? count : 1;
}
#else
#include <unistd.h>

void lede_begin_writing(int descriptor, long long offset, long long size) {
  (void)descriptor, (void)offset, (void)size;
}

int lede_pin_to_processor(int processor) {
  (void)processor;
  errno = ENOSYS;
  return -1;
}

int lede_processor_count(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}
#endif
