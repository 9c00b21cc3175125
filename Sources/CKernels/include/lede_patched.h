// Patched frame of reference: up to 128 small integers at one width, the few wider ones patched in.
//
//     block     := head, [exceptionCount: u8], packed, exceptions
//     head      := u8: bits 0-5 the width (0 to 32), bit 6 set when there are exceptions
//     packed    := 128 values: vertical, 16 * width bytes; fewer: horizontal (see lede_bitpack.h)
//     exceptions:= exceptionCount * (index: u8), exceptionCount * (value >> width: varint)
//
// A block of 128 zeros, as the termFreqs of a term that never repeats are after subtracting one, is
// the single byte 0. Source: Zukowski et al., "Super-scalar RAM-CPU cache compression" (2006).
#pragma once

#include <stddef.h>
#include <stdint.h>

// Patching is scalar: more exceptions than this cost more time than the wider width costs space.
#define LEDE_MOST_EXCEPTIONS 16

// Enough for any block: head, count, 128 values of 32 bits, the exceptions of six bytes each.
#define LEDE_PATCHED_BYTES 610

// Encodes a block of 1 to 128 values, and leaves `values` without the bits that were patched out.
// Returns the bytes written, at most LEDE_PATCHED_BYTES.
size_t lede_patched_encode(uint32_t *values, size_t count, uint8_t *out);

// What the two below return when the bytes make no sense: above any size, in Swift too, where size_t
// has a sign.
#define LEDE_PATCHED_FAILED (SIZE_MAX / 2)

// Decodes a block of 1 to 128 values; returns its bytes.
size_t lede_patched_decode(const uint8_t *in, size_t size, size_t count, uint32_t *out);

// The bytes of a block.
size_t lede_patched_size(const uint8_t *in, size_t size, size_t count);
