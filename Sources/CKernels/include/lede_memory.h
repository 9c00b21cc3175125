// Memory for large arrays, and hints about it that change nothing of what a program computes.
#pragma once

#include <stddef.h>

// Starts loading the line at `address` into the cache; any address is allowed.
static inline void lede_prefetch(const void *address) { __builtin_prefetch(address); }

// Asks for huge pages behind [base, base + size), where the system has them: an array that is read
// or written at random then misses the TLB once per 2 MiB instead of once per 4 KiB.
void lede_advise_huge_pages(void *base, size_t size);

// Has the system provide the whole pages in [base, base + size) now, which changes no content; where it
// cannot, they come when they are touched, as ever. Any thread may do so while others use them.
void lede_populate(void *base, size_t size);

// Memory of another size with the same content, as far as it fits; a new one for NULL. NULL when
// there is none, and what was there stays. To be given to lede_free.
void *lede_resize(void *base, size_t size);
void lede_free(void *base);
