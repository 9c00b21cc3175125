// Postings in bits: numbers as the places of set bits, and binary interpolative codes.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Unpacks 128 documents that are split at `bits` (0 to 31): the low bits are packed vertically, 16 *
// bits bytes (see lede_bitpack.h), and bit number i + (value >> bits) is set for the high bits of
// value i. out[i] = base + value. Returns 0 unless 128 bits are set in the `high_size` bytes and the
// documents ascend strictly.
// Source: Elias (1974) and Fano (1971); Vigna, "Quasi-succinct indices" (2013).
int lede_unpack_split128(const uint8_t *low, uint32_t bits, const uint8_t *high, size_t high_size,
                         uint32_t base, uint32_t *out);

// Reads `count` (at most 128) unary numbers from 1 on: out[i] is the distance of set bit i from the one
// before it, the first from bit -1. Returns 0 if fewer bits are set in the `size` bytes.
int lede_unpack_unary(const uint8_t *in, size_t size, size_t count, uint32_t *out);

// Writes `count` (at most 128) numbers from 1 on in unary to zeroed bytes. Returns the bits written.
size_t lede_pack_unary(const uint32_t *values, size_t count, uint8_t *out);

// Binary interpolative code: of `count` strictly ascending numbers from `low` to `high` the middle one
// is stated in the fewest bits for its range, then the halves on either side of it likewise, the
// lower one first. Source: Moffat and Stuiver (2000).
//
// A number below n takes w - 1 or w bits, n in (2^(w-1), 2^w]: with s = 2^w - n, numbers below s take w -
// 1 bits, others are written as their half plus s / 2, that is x = (number + s) / 2 in w - 1 bits, then
// (number + s) mod 2. Bits are filled from the lowest of each byte; numbers begin with their lowest.

// Writes from bit number `at` of zeroed bytes on; returns the bit number behind.
size_t lede_pack_interpolative(const uint32_t *values, size_t count, uint32_t low, uint32_t high,
                               uint8_t *out, size_t at);

// Reads from bit number `at` of `size` bytes on; `count` numbers fit between `low` and `high`. Whatever
// the bits, they ascend strictly. Returns the bit number behind, or SIZE_MAX if that is past the end.
size_t lede_unpack_interpolative(const uint8_t *in, size_t size, size_t at, size_t count,
                                 uint32_t low, uint32_t high, uint32_t *out);
