// Classifies 64 bytes and lowers their letters.
#include "lanes.h"

static inline classes LEDE_NAME(classify)(uint8_t *text) {
  classes found;
#if defined(LEDE_IS_AVX512)
  __m512i bytes = _mm512_loadu_si512(text);
#define IS(c) _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c))
#define IN(value, first, count) \
  _mm512_cmplt_epu8_mask(       \
      _mm512_sub_epi8(value, _mm512_set1_epi8(first)), _mm512_set1_epi8(count))
  const __m512i bit = _mm512_set1_epi8(0x20);
  found.letters = IN(_mm512_or_si512(bytes, bit), 'a', 26);
  found.digits = IN(bytes, '0', 10);
  found.underscores = IS('_');
  uint64_t both = IS('.') | IS('\'');
  found.mid_letters = both | IS(':');
  found.mid_numbers = both | IS(',') | IS(';');
  __m512i lowered = _mm512_mask_blend_epi8(found.letters, bytes, _mm512_or_si512(bytes, bit));
  _mm512_storeu_si512(text, lowered);
#undef IS
#undef IN
#elif defined(LEDE_IS_AVX2)
  memset(&found, 0, sizeof found);
  for (int half = 0; half < 2; half++) {
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(text + 32 * half));
#define MASK(vector) ((uint64_t)(uint32_t)_mm256_movemask_epi8(vector) << (32 * half))
#define IS(c) MASK(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c)))
    // Bytes are below 128, so that signed comparisons do.
    const __m256i bit = _mm256_set1_epi8(0x20);
    __m256i low = _mm256_or_si256(bytes, bit);
    __m256i letters = _mm256_and_si256(_mm256_cmpgt_epi8(low, _mm256_set1_epi8('a' - 1)),
                                       _mm256_cmpgt_epi8(_mm256_set1_epi8('z' + 1), low));
    __m256i digits = _mm256_and_si256(_mm256_cmpgt_epi8(bytes, _mm256_set1_epi8('0' - 1)),
                                      _mm256_cmpgt_epi8(_mm256_set1_epi8('9' + 1), bytes));
    found.letters |= MASK(letters);
    found.digits |= MASK(digits);
    found.underscores |= IS('_');
    uint64_t both = IS('.') | IS('\'');
    found.mid_letters |= both | IS(':');
    found.mid_numbers |= both | IS(',') | IS(';');
    _mm256_storeu_si256((__m256i *)(text + 32 * half),
                        _mm256_or_si256(bytes, _mm256_and_si256(letters, bit)));
#undef MASK
#undef IS
  }
#else
  memset(&found, 0, sizeof found);
  for (uint32_t i = 0; i < 64; i++) {
    uint8_t byte = text[i];
    uint64_t is_letter = (uint8_t)((byte | 0x20) - 'a') < 26, both = byte == '.' || byte == '\'';
    found.letters |= is_letter << i;
    found.digits |= (uint64_t)((uint8_t)(byte - '0') < 10) << i;
    found.underscores |= (uint64_t)(byte == '_') << i;
    found.mid_letters |= (both | (byte == ':')) << i;
    found.mid_numbers |= (both | (byte == ',') | (byte == ';')) << i;
    text[i] = (uint8_t)(byte | is_letter << 5);
  }
#endif
  return found;
}

// The classes of a block that may end early; zeros follow.
static inline classes LEDE_NAME(classify_up_to)(uint8_t *text, size_t size) {
  if (size >= 64) return LEDE_NAME(classify)(text);
  uint8_t padded[64] = {0};
  memcpy(padded, text, size);
  classes found = LEDE_NAME(classify)(padded);
  memcpy(text, padded, size);
  return found;
}

// Appends `base` plus the number of every set bit, eight or sixteen at a time: a loop that ends after
// each would end at random. Past the last one the numbers mean nothing; what comes next overwrites
// them.
static inline size_t LEDE_NAME(append_ones)(uint64_t bits, uint32_t base, uint32_t *out) {
#if defined(LEDE_IS_AVX512)
  __m512i numbers = _mm512_add_epi32(numbers16(), _mm512_set1_epi32((int)base));
  uint32_t *end = out;
  for (int part = 0; part < 4; part++) {
    __mmask16 some = (__mmask16)(bits >> (16 * part));
    _mm512_storeu_si512(end, _mm512_maskz_compress_epi32(some, numbers));
    end += __builtin_popcount(some);
    numbers = _mm512_add_epi32(numbers, _mm512_set1_epi32(16));
  }
  return (size_t)(end - out);
#else
  size_t count = (size_t)__builtin_popcountll(bits);
  for (size_t done = 0; done < count; done += 8) {
    for (size_t i = 0; i < 8; i++) {
      out[done + i] = base + (uint32_t)__builtin_ctzll(bits | 1ull << 63);
      bits &= bits - 1;
    }
  }
  return count;
#endif
}

static size_t LEDE_NAME(lede_ascii_runs)(uint8_t *text, size_t size, uint32_t base,
                                         uint32_t *out) {
  if (size == 0) return 0;
  size_t count = 0;
  uint64_t was_letter = 0, was_digit = 0, was_inside = 0;
  classes next = LEDE_NAME(classify_up_to)(text, size);
  for (size_t start = 0; start < size; start += 64) {
    classes here = next;
    next = start + 64 < size ? LEDE_NAME(classify_up_to)(text + start + 64, size - start - 64)
                             : (classes){0};
    uint64_t joins = (here.mid_letters & (here.letters << 1 | was_letter) &
                      (here.letters >> 1 | next.letters << 63)) |
                     (here.mid_numbers & (here.digits << 1 | was_digit) &
                      (here.digits >> 1 | next.digits << 63));
    uint64_t inside = here.letters | here.digits | here.underscores | joins;
    count += LEDE_NAME(append_ones)(inside ^ (inside << 1 | was_inside), base + (uint32_t)start, out + count);
    was_letter = here.letters >> 63;
    was_digit = here.digits >> 63;
    was_inside = inside >> 63;
  }
  // A run that ends with the last block.
  if (was_inside) out[count++] = base + (uint32_t)((size + 63) / 64 * 64);
  return count;
}
