// NFKC_Casefold, and the fold that strips marks.

#include "lede_unicode.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

int32_t lede_unicode_nfkc_casefold(const uint16_t *text, int32_t length, uint16_t *result,
                                   int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&status);
  int32_t count = unorm2_normalize(normalizer, (const UChar *)text, length, (UChar *)result,
                                   capacity, &status);
  if (status == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(status)) return count;
  return LEDE_UNICODE_FAILURE;
}

bool lede_unicode_is_boundary_before(uint32_t character) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&status);
  return U_SUCCESS(status) && unorm2_hasBoundaryBefore(normalizer, (UChar32)character);
}

// Drops, in place, every mark that follows a Latin or Greek letter in decomposed text.
static int32_t drop_marks(UChar *text, int32_t length) {
  UErrorCode status = U_ZERO_ERROR;
  bool after_letter = false;
  int32_t in = 0, out = 0;
  while (in < length) {
    UChar32 c;
    int32_t start = in;
    U16_NEXT(text, in, length, c);
    if ((U_GET_GC_MASK(c) & U_GC_M_MASK) == 0) {
      UScriptCode script = uscript_getScript(c, &status);
      after_letter = u_isalpha(c) && (script == USCRIPT_LATIN || script == USCRIPT_GREEK);
    } else if (after_letter) {
      continue;
    }
    while (start < in) text[out++] = text[start++];
  }
  return out;
}

int32_t lede_unicode_fold(const uint16_t *text, int32_t length, uint16_t *scratch,
                          uint16_t *result, int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *decomposer = unorm2_getNFDInstance(&status);
  const UNormalizer2 *composer = unorm2_getNFCInstance(&status);
  int32_t count = unorm2_normalize(decomposer, (const UChar *)text, length, (UChar *)scratch,
                                   capacity, &status);
  if (status == U_BUFFER_OVERFLOW_ERROR) return count;
  if (U_FAILURE(status)) return LEDE_UNICODE_FAILURE;
  count = drop_marks((UChar *)scratch, count);
  count = unorm2_normalize(composer, (UChar *)scratch, count, (UChar *)result, capacity, &status);
  if (status == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(status)) return count;
  return LEDE_UNICODE_FAILURE;
}
