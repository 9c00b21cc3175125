#ifndef LEDE_PLATFORM_H
#define LEDE_PLATFORM_H

/// Binds the calling thread to one processor. Returns 0, or -1 with errno set.
///
/// In C because the C library declares its affinity calls and macros for GNU sources only, which
/// Swift's module of the library is not.
int lede_pin_to_processor(int processor);

/// Has memory of a megabyte and more go back to the system when it is freed, where the C library would
/// keep it for later: a process that promised how much it takes cannot afford holes. Of each thread's heap
/// two megabytes that are free may stay.
void lede_return_large_memory(void);

/// Has the system begin to write what a file got in some range, without waiting for it: less is left to be
/// waited for when the file is synchronized. A hint, which promises nothing.
void lede_begin_writing(int descriptor, long long offset, long long size);

/// A number of the calling thread: threads that come after each other have numbers that do, too.
unsigned lede_thread_number(void);

/// Processors that the process may run on, at least 1.
int lede_processor_count(void);

#endif
