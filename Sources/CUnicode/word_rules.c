// Word boundaries by the default rules of UAX #29 (revision 41, Unicode 15).
//
// ICU's own rules are tailored: CLDR takes the colon out of MidLetter and gives scripts without
// spaces to dictionaries. So the rules are written here from the standard's classes alone.

#include "lede_unicode.h"
#include "word_rules.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/ustring.h>

// A rule matches a text in which there is no boundary; `!!chain` continues a match with any rule
// that starts with the last match's last character. Numbers are those of the standard.
static const char rules_source[] =
    "!!chain;"
    "!!quoted_literals_only;"
    "$CR = [\\p{Word_Break = CR}];"
    "$LF = [\\p{Word_Break = LF}];"
    "$Newline = [\\p{Word_Break = Newline}];"
    "$Extend = [\\p{Word_Break = Extend}];"
    "$ZWJ = [\\p{Word_Break = ZWJ}];"
    "$Format = [\\p{Word_Break = Format}];"
    "$Regional = [\\p{Word_Break = Regional_Indicator}];"
    "$Katakana = [\\p{Word_Break = Katakana}];"
    "$Hebrew = [\\p{Word_Break = Hebrew_Letter}];"
    "$SingleQuote = [\\p{Word_Break = Single_Quote}];"
    "$DoubleQuote = [\\p{Word_Break = Double_Quote}];"
    "$MidNumLet = [\\p{Word_Break = MidNumLet}];"
    "$MidLetter = [\\p{Word_Break = MidLetter}];"
    "$MidNum = [\\p{Word_Break = MidNum}];"
    "$Numeric = [\\p{Word_Break = Numeric}];"
    "$Joiner = [\\p{Word_Break = ExtendNumLet}];"
    "$Space = [\\p{Word_Break = WSegSpace}];"
    "$Pictograph = [\\p{Extended_Pictographic}];"
    "$Letter = [\\p{Word_Break = ALetter} $Hebrew];"
    "$MidQuote = [$MidNumLet $SingleQuote];"
    "$Ignored = [$Extend $Format $ZWJ];"
    // WB3, WB3c, WB3d
    "$CR $LF;"
    "$ZWJ $Pictograph;"
    "$Space $Space;"
    // WB4; the leading set keeps WB3a and WB3b.
    "[^$CR $LF $Newline]? $Ignored+;"
    // WB5, WB6, WB7
    "$Letter $Ignored* $Letter;"
    "$Letter $Ignored* ($MidLetter | $MidQuote) $Ignored* $Letter;"
    // WB7a, WB7b, WB7c
    "$Hebrew $Ignored* $SingleQuote;"
    "$Hebrew $Ignored* $DoubleQuote $Ignored* $Hebrew;"
    // WB8 to WB12
    "$Numeric $Ignored* $Numeric;"
    "$Letter $Ignored* $Numeric;"
    "$Numeric $Ignored* $Letter;"
    "$Numeric $Ignored* ($MidNum | $MidQuote) $Ignored* $Numeric;"
    // WB13, WB13a, WB13b
    "$Katakana $Ignored* $Katakana;"
    "($Letter | $Numeric | $Katakana | $Joiner) $Ignored* $Joiner;"
    "$Joiner $Ignored* ($Letter | $Numeric | $Katakana);"
    // WB15, WB16: `^` forbids chaining into the rule, so that indicators pair off.
    "^$Regional $Ignored* $Regional;"
    // WB999
    ".;";

const char *lede_word_rules_source(void) { return rules_source; }

const uint8_t *lede_word_rules_precompiled(int32_t *size) {
  *size = (int32_t)lede_compiled_word_rules_size;
  return (const uint8_t *)lede_compiled_word_rules;
}

bool lede_word_rules_are_precompiled(void) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  char icu[20], unicode[20];
  lede_unicode_icu_version(icu);
  lede_unicode_version(unicode);
  return strcmp(icu, lede_compiled_word_rules_icu) == 0 &&
         strcmp(unicode, lede_compiled_word_rules_unicode) == 0;
#else
  return false;
#endif
}

int32_t lede_word_rules_compile(uint8_t *buffer, int32_t capacity) {
  enum { unit_count = sizeof rules_source };
  UChar units[unit_count];
  for (int i = 0; i < unit_count; i++) units[i] = (UChar)(unsigned char)rules_source[i];
  UErrorCode status = U_ZERO_ERROR;
  UParseError where;
  UBreakIterator *iterator = ubrk_openRules(units, unit_count - 1, NULL, 0, &where, &status);
  if (U_FAILURE(status)) return LEDE_UNICODE_FAILURE;
  int32_t size = ubrk_getBinaryRules(iterator, NULL, 0, &status);
  if (U_SUCCESS(status) && size <= capacity) {
    ubrk_getBinaryRules(iterator, buffer, capacity, &status);
  }
  ubrk_close(iterator);
  return U_FAILURE(status) ? LEDE_UNICODE_FAILURE : size;
}

// The binary rules in use, set once per process: compiling takes 3 to 4 ms, opening the binary form
// 3 µs, and every command that opens an index needs them.
static pthread_once_t rules_once = PTHREAD_ONCE_INIT;
static const uint8_t *rules;
static int32_t rules_size;

static void choose_rules(void) {
  if (lede_word_rules_are_precompiled()) {
    rules = lede_word_rules_precompiled(&rules_size);
    return;
  }
  int32_t size = lede_word_rules_compile(NULL, 0);
  uint8_t *binary = size > 0 ? malloc((size_t)size) : NULL;
  if (binary != NULL && lede_word_rules_compile(binary, size) == size) {
    rules = binary;
    rules_size = size;
  } else {
    free(binary);
  }
}

struct lede_word_breaker {
  UBreakIterator *iterator;
};

lede_word_breaker *lede_word_breaker_open(void) {
  pthread_once(&rules_once, choose_rules);
  if (rules == NULL) return NULL;
  lede_word_breaker *breaker = malloc(sizeof *breaker);
  if (breaker == NULL) return NULL;
  UErrorCode status = U_ZERO_ERROR;
  breaker->iterator = ubrk_openBinaryRules(rules, rules_size, NULL, 0, &status);
  if (U_FAILURE(status)) {
    free(breaker);
    return NULL;
  }
  return breaker;
}

void lede_word_breaker_close(lede_word_breaker *breaker) {
  if (breaker == NULL) return;
  ubrk_close(breaker->iterator);
  free(breaker);
}

int32_t lede_word_breaker_boundaries(lede_word_breaker *breaker, const uint16_t *text,
                                     int32_t length, int32_t *boundaries) {
  UErrorCode status = U_ZERO_ERROR;
  ubrk_setText(breaker->iterator, (const UChar *)text, length, &status);
  if (U_FAILURE(status)) return LEDE_UNICODE_FAILURE;
  int32_t count = 0;
  for (int32_t at = ubrk_first(breaker->iterator); at != UBRK_DONE && count <= length;
       at = ubrk_next(breaker->iterator)) {
    boundaries[count++] = at;
  }
  return count;
}
