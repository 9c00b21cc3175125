// Shared by the sources of this target only: it includes ICU's headers.
#ifndef LEDE_WORD_RULES_H
#define LEDE_WORD_RULES_H

#include <stddef.h>
#include <stdint.h>

// The rules of word_rules.c compiled by one release of ICU (see Generator/), little-endian.
extern const uint64_t lede_compiled_word_rules[];
extern const size_t lede_compiled_word_rules_size;
// The only releases that may use them: the compiled form holds their Unicode classes.
extern const char lede_compiled_word_rules_icu[];
extern const char lede_compiled_word_rules_unicode[];

#endif
