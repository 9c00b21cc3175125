#ifndef LEDE_PLATFORM_H
#define LEDE_PLATFORM_H

/// Binds the calling thread to one processor. Returns 0, or -1 with errno set.
///
/// In C because the C library declares its affinity calls and macros for GNU sources only, which
/// Swift's module of the library is not.
int lede_pin_to_processor(int processor);

#endif
