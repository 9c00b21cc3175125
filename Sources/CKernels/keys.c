#include "lede_keys.h"

#include <string.h>

// The halves of `lengths`: what they cannot state themselves, and what says that a run follows.
enum { LONG_SHARED = 15, LONG_SUFFIX = 14, RUN = 15, GROWTH = 3 };

typedef struct {
  const uint8_t *bytes;
  size_t size, at;
} reader;

// A number that a half byte states, up to `longest`, to which a varint of 32 bits is added then.
static inline int next_number(reader *in, uint32_t half, uint32_t longest, size_t *number) {
  *number = half;
  if (half < longest) return 1;
  uint64_t more = 0;
  for (uint32_t shift = 0; shift < 35; shift += 7) {
    if (in->at >= in->size) return 0;
    uint8_t byte = in->bytes[in->at++];
    more |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) {
      *number += more;
      return more <= UINT32_MAX;
    }
  }
  return 0;
}

static inline void copy(uint8_t *to, const reader *in, size_t count) {
  const uint8_t *from = in->bytes + in->at;
  // Safe: the room is that much larger than a key.
  if (count <= 16 && in->size - in->at >= 16) {
    memcpy(to, from, 16);
  } else {
    memcpy(to, from, count);
  }
}

// Adds up to 127 to the last four digits before `end`, in all bytes at once as decimals were added before there
// were wider registers: a digit that gets above 9 carries into the next one. Returns 0 where those are not four
// digits, or where the first of them carries.
static inline int add_to_four(uint32_t number, uint8_t *end) {
  uint32_t digits = (uint32_t)end[-4] << 24 | (uint32_t)end[-3] << 16 | (uint32_t)end[-2] << 8 | end[-1];
  const uint32_t upper = 0xf0f0f0f0, zeros = 0x30303030;
  if ((((digits & upper) ^ zeros) | (((digits + 0x06060606) & upper) ^ zeros)) != 0) return 0;
  uint32_t hundreds = number >= 100, rest = number - 100 * hundreds, tens = rest * 103 >> 10;
  uint64_t sum = (uint64_t)digits + (hundreds << 16 | tens << 8 | (rest - 10 * tens)) + 0xc6c6c6c6;
  if (sum >> 32 != 0) return 0;
  // Bytes that did not carry have their upper bit, and too much.
  uint32_t stays = ((uint32_t)sum & 0x80808080) >> 7;
  digits = (uint32_t)sum - stays * 0xc6 + (0x01010101 - stays) * 0x30;
  for (int i = 1; i <= 4; i++, digits >>= 8) end[-i] = (uint8_t)digits;
  return 1;
}

// Turns the key of `length` bytes at `room + GROWTH` into its `number`th successor; returns where it
// starts then. The same as KeyNumber.add.
static inline size_t add(uint32_t number, uint8_t *room, size_t length) {
  if (number == 0 || (length >= 4 && number < 128 && add_to_four(number, room + GROWTH + length))) return GROWTH;
  size_t first = GROWTH, place = GROWTH + length;
  uint32_t carry = 0;
  // The number is taken apart beside the key: no digit waits for a division of a sum.
  for (; (number | carry) != 0 && place > GROWTH && (uint8_t)(room[place - 1] - '0') < 10; number /= 10) {
    uint32_t digit = room[--place] + number % 10 + carry;
    carry = digit > '9';
    room[place] = (uint8_t)(digit - (carry ? 10 : 0));
  }
  for (number += carry; number > 0; number /= 10) {
    memmove(room + first - 1, room + first, place - first);
    first--;
    place--;
    room[place] = (uint8_t)('0' + number % 10);
  }
  return first;
}

size_t lede_key_at(const uint8_t *block, size_t size, uint32_t place, uint32_t count, uint8_t *room,
                   size_t *start) {
  reader in = {block, size, 0};
  uint8_t *key = room + GROWTH;
  size_t length = 0, shared, suffix, run;
  for (size_t at = 0; at < count; at += 1 + run) {
    if (in.at >= size) return SIZE_MAX;
    uint8_t byte = block[in.at++];
    if (byte >> 4 == RUN || !next_number(&in, byte & 15, LONG_SHARED, &shared)
        || !next_number(&in, byte >> 4, LONG_SUFFIX, &suffix))
      return SIZE_MAX;
    if (shared > length || suffix > size - in.at || shared + suffix > LEDE_KEY_MOST) return SIZE_MAX;
    copy(key + shared, &in, suffix);
    in.at += suffix;
    length = shared + suffix;
    run = 0;
    // Behind the last key of a block begins the next one, with a key that is stated.
    if (in.at < size && block[in.at] >> 4 == RUN) {
      uint32_t low = block[in.at++] & 15;
      if (!next_number(&in, low, LONG_SHARED, &run)) return SIZE_MAX;
      run++;
    }
    if (run >= count - at) return SIZE_MAX;
    if (place <= at + run) {
      *start = add((uint32_t)(place - at), room, length);
      return GROWTH + length - *start;
    }
  }
  return SIZE_MAX;
}
