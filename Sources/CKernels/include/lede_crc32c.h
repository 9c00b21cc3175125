#pragma once

#include <stddef.h>
#include <stdint.h>

// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78) of `length` bytes, going on from the CRC of
// what stands before them (0 at the start). Uses the processor's instruction where there is one.
uint32_t lede_crc32c(uint32_t crc, const void *bytes, size_t length);

// The same by tables alone: what runs without the instruction, and what tests compare with.
uint32_t lede_crc32c_portable(uint32_t crc, const void *bytes, size_t length);
