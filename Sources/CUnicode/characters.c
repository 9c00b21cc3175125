// What the tokeniser asks about one character, and the versions of the data.

#include "lede_unicode.h"

#include <stdio.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>
#include <unicode/uversion.h>

static void print_version(const UVersionInfo version, char *buffer) {
  snprintf(buffer, 20, "%d.%d.%d", version[0], version[1], version[2]);
}

void lede_unicode_icu_version(char *buffer) {
  UVersionInfo version;
  u_getVersion(version);
  print_version(version, buffer);
}

void lede_unicode_version(char *buffer) {
  UVersionInfo version;
  u_getUnicodeVersion(version);
  print_version(version, buffer);
}

// Scripts whose letters stand alone although their words are not separated by spaces. Hangul has
// spaces, but its words carry endings that no stemmer here removes, so it is cut up as well.
static bool is_unit_script(UScriptCode script) {
  switch (script) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_HANGUL:
    case USCRIPT_TANGUT:
    case USCRIPT_NUSHU:
    case USCRIPT_KHITAN_SMALL_SCRIPT:
      return true;
    default:
      return false;
  }
}

// Letters shared by Han and kana have the script Common (ー, 〆): their extensions tell.
static bool is_shared_cjk_letter(UChar32 c) {
  return uscript_hasScript(c, USCRIPT_HAN) || uscript_hasScript(c, USCRIPT_HIRAGANA) ||
         uscript_hasScript(c, USCRIPT_KATAKANA) || uscript_hasScript(c, USCRIPT_BOPOMOFO);
}

static bool is_unit(UChar32 c, uint32_t category) {
  UErrorCode status = U_ZERO_ERROR;
  UScriptCode script = uscript_getScript(c, &status);
  if ((category & (U_GC_L_MASK | U_GC_NL_MASK)) != 0) {
    if (is_unit_script(script)) return true;
    if (script == USCRIPT_COMMON && is_shared_cjk_letter(c)) return true;
    // Thai, Lao, Khmer, Myanmar and the others that line breaking, too, leaves to dictionaries.
    return u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
  }
  // Radicals that NFKC leaves alone are symbols by category, ideographs by use.
  return script == USCRIPT_HAN && (category & U_GC_SO_MASK) != 0;
}

// Arrows, geometric shapes and signs such as © are pictographs by property but punctuate text, so
// below U+2600 a pictograph counts only if it is shown as an emoji by default.
static bool is_pictograph(UChar32 c) {
  if (u_hasBinaryProperty(c, UCHAR_REGIONAL_INDICATOR)) return true;
  if (!u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC)) return false;
  return c >= 0x2600 || u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION);
}

static uint32_t character_flags(UChar32 c) {
  uint32_t category = U_GET_GC_MASK(c);
  if ((category & U_GC_M_MASK) != 0) return LEDE_CHAR_MARK;
  if (is_unit(c, category)) return LEDE_CHAR_TOKEN | LEDE_CHAR_UNIT;
  if ((category & (U_GC_L_MASK | U_GC_N_MASK)) != 0) return LEDE_CHAR_TOKEN;
  if ((category & U_GC_CN_MASK) == 0 && is_pictograph(c)) return LEDE_CHAR_TOKEN;
  return 0;
}

// A string whose characters all map to one character that is stable and has combining class 0 maps
// to the string of those: nothing reorders or composes (UAX #15, section 9, quick check "yes").
static bool maps_to_inert(const UNormalizer2 *normalizer, UChar32 c, UChar32 *mapped) {
  UChar source[2], target[8];
  int32_t length = 0;
  U16_APPEND_UNSAFE(source, length, c);
  UErrorCode status = U_ZERO_ERROR;
  int32_t count = unorm2_normalize(normalizer, source, length, target, 8, &status);
  if (U_FAILURE(status) || count <= 0) return false;
  int32_t next = 0;
  U16_NEXT(target, next, count, *mapped);
  if (next != count || U_IS_SURROGATE(*mapped)) return false;
  return unorm2_quickCheck(normalizer, target, count, &status) == UNORM_YES &&
         U_SUCCESS(status) && u_getCombiningClass(*mapped) == 0;
}

uint32_t lede_unicode_describe(uint32_t character) {
  UChar32 c = (UChar32)character;
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&status);
  if (U_FAILURE(status) || U_IS_SURROGATE(c)) return LEDE_CHAR_KNOWN | LEDE_CHAR_COMPLEX;
  if (c == 0x2122 || c == 0x2120) return LEDE_CHAR_KNOWN | LEDE_CHAR_COMPLEX | LEDE_CHAR_LABEL;
  UChar32 mapped = c;
  if (!unorm2_isInert(normalizer, c) && !maps_to_inert(normalizer, c, &mapped)) {
    return LEDE_CHAR_KNOWN | LEDE_CHAR_COMPLEX | character_flags(c);
  }
  return LEDE_CHAR_KNOWN | (uint32_t)mapped | character_flags(mapped);
}

