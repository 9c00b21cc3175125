// Unicode services of ICU behind opaque functions: no ICU type or header leaves this target, since
// ICU's headers clash with those inside the Swift toolchain.
//
// Text is UTF-16. Sizes and offsets are in code units. Functions return a negative number when ICU
// reports an error (out of memory, missing data).
#ifndef LEDE_UNICODE_H
#define LEDE_UNICODE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LEDE_UNICODE_FAILURE (-1)

// Versions of the ICU library in use and of its Unicode data, as dotted numbers.
// `buffer` must hold at least 20 bytes.
void lede_unicode_icu_version(char *buffer);
void lede_unicode_version(char *buffer);

// --- Word boundaries: the default rules of UAX #29, untailored. ---

typedef struct lede_word_breaker lede_word_breaker;

// Opens a breaker for one thread; NULL when ICU refuses.
lede_word_breaker *lede_word_breaker_open(void);
void lede_word_breaker_close(lede_word_breaker *breaker);

// Writes the boundaries of text[0..<length] in ascending order, 0 and `length` included, and
// returns how many there are. `boundaries` must hold length + 1 numbers.
int32_t lede_word_breaker_boundaries(lede_word_breaker *breaker, const uint16_t *text,
                                     int32_t length, int32_t *boundaries);

// Whether this ICU takes the rules compiled ahead of time; they are compiled at run time otherwise.
bool lede_word_rules_are_precompiled(void);
// The rules' source text, ASCII, NUL-terminated.
const char *lede_word_rules_source(void);
// Compiles the rules with the ICU in use and returns the size of the binary form; copies it to
// `buffer` when `capacity` suffices.
int32_t lede_word_rules_compile(uint8_t *buffer, int32_t capacity);
// The binary form compiled ahead of time, and its size.
const uint8_t *lede_word_rules_precompiled(int32_t *size);

// --- Characters. ---

// Bits of a character's entry. The low 21 bits hold the one character that NFKC_Casefold maps it
// to, and the bits TOKEN, UNIT and MARK describe that mapped character; where COMPLEX is set there
// is no such character, and they describe the character itself.
enum {
  LEDE_CHAR_MAPPED = 0x1FFFFF,
  // The mapping is not one inert character: strings that hold it need the normaliser.
  LEDE_CHAR_COMPLEX = 1 << 21,
  // Letter, number or pictograph: makes a segment a token.
  LEDE_CHAR_TOKEN = 1 << 22,
  // Letter of a script that is written without spaces: a unit of a script run.
  LEDE_CHAR_UNIT = 1 << 23,
  // General category M: belongs to the character before it.
  LEDE_CHAR_MARK = 1 << 24,
  // Trade mark and service mark signs, which NFKC would turn into the words "tm" and "sm".
  LEDE_CHAR_LABEL = 1 << 25,
  // Set in every entry, so that 0 can stand for one not asked for yet.
  LEDE_CHAR_KNOWN = 1 << 26,
};

// The entry of a character up to U+10FFFF.
uint32_t lede_unicode_describe(uint32_t character);

// --- Normal forms. ---

// NFKC_Casefold of text. Returns the length of the result, which is complete only if ≤ capacity.
int32_t lede_unicode_nfkc_casefold(const uint16_t *text, int32_t length, uint16_t *result,
                                   int32_t capacity);

// Whether NFKC_Casefold of a string may be taken apart before this character.
bool lede_unicode_is_boundary_before(uint32_t character);

// Removes the marks of Latin and Greek letters. Returns the length of the result, which is complete
// only if ≤ capacity. `scratch` is a second buffer of `capacity` units.
int32_t lede_unicode_fold(const uint16_t *text, int32_t length, uint16_t *scratch,
                          uint16_t *result, int32_t capacity);

#ifdef __cplusplus
}
#endif
#endif
