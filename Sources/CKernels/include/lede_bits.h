// Runs of bits at any place.
#pragma once

#include <stdint.h>

// Copies `count` bits from bit number `from` of `in` to bit number `to` of `out`, lowest bits of each
// byte first. Bits of the first byte below `to` stay; those of the last byte behind the copy become
// zero. Reads and writes no byte that has none of the bits; the two do not overlap.
void lede_copy_bits(const uint8_t *in, uint64_t from, uint64_t count, uint8_t *out, uint64_t to);
