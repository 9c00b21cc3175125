// Hints to the processor and the kernel about memory; none changes what a program computes.
#pragma once

#include <stddef.h>

// Starts loading the line at `address` into the cache; any address is allowed.
static inline void lede_prefetch(const void *address) { __builtin_prefetch(address); }

// Asks for huge pages behind [base, base + size), where the system has them: an array that is read
// or written at random then misses the TLB once per 2 MiB instead of once per 4 KiB.
void lede_advise_huge_pages(void *base, size_t size);
