// Keys of documents, as a block of them states them: KeysWriter.swift has the grammar.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Bytes that a key found here has at most, and those of the room that it is made in: three more digits
// before it, and what a whole vector writes behind it.
#define LEDE_KEY_MOST 256
#define LEDE_KEY_ROOM 275

// Writes the key at a place of a block of `count` keys to `room`, and says where it starts there; returns
// its length. SIZE_MAX where the block makes no sense, or a key is longer than LEDE_KEY_MOST.
size_t lede_key_at(const uint8_t *block, size_t size, uint32_t place, uint32_t count, uint8_t *room,
                   size_t *start);
