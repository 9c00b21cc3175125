#define _GNU_SOURCE
#include "lede_platform.h"

#include <errno.h>

#ifdef __linux__
#include <sched.h>

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
#else
int lede_pin_to_processor(int processor) {
  (void)processor;
  errno = ENOSYS;
  return -1;
}
#endif
