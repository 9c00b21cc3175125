// Bit-packing of blocks of 128 integers and of shorter runs.
//
// Two layouts, both little-endian and both defined by FileFormat.md:
//
// * vertical: 128 values in four interleaved lanes. Value i stands in lane i % 4, row i / 4; each
//   lane packs its 32 values of `bits` bits, lowest first, into `bits` 32-bit words; word w of
//   lane l lies at byte 16 w + 4 l. One block takes 16 * bits bytes. One SIMD register holds one
//   word of all four lanes, so a row is unpacked by a shift and a mask.
//   Source: Lemire and Boytsov, "Decoding billions of integers per second through vectorization"
//   (2015), BP128.
// * horizontal: value i occupies bits [i * bits, (i + 1) * bits) of the run, lowest bit first;
//   the run is padded with zeros to a whole byte. For runs shorter than a block.
//
// `bits` is 0 to 32 everywhere; the caller has checked it and the length of the input.
#pragma once

#include <stddef.h>
#include <stdint.h>

// The smallest width that holds each of `count` values.
uint32_t lede_bits_needed(const uint32_t *values, size_t count);

// Packs 128 values vertically into 16 * bits bytes; bits above the width must be clear.
void lede_pack128(const uint32_t *values, uint32_t bits, uint8_t *out);

// Unpacks 16 * bits bytes into 128 values.
void lede_unpack128(const uint8_t *in, uint32_t bits, uint32_t *out);

// Unpacks 128 gaps and sums them: out[i] = base - 1 + sum over j <= i of (gap[j] + 1), modulo 2^32.
void lede_unpack128_ascending(const uint8_t *in, uint32_t bits, uint32_t base, uint32_t *out);

// Packs `count` values horizontally; returns the bytes written, (count * bits + 7) / 8.
size_t lede_pack_run(const uint32_t *values, size_t count, uint32_t bits, uint8_t *out);

// Unpacks `count` values of a horizontal run that starts at `in`, where `available` bytes may be
// read: at least (count * bits + 7) / 8.
void lede_unpack_run(const uint8_t *in, size_t available, size_t count, uint32_t bits,
                     uint32_t *out);
