#include "lede_phrase.h"

#include <string.h>

#include "lede_score.h"
#include "levels.h"
#include "positions_decode.h"

#define LEDE_BODY "phrase_body.h"
#include "each_level.h"

size_t lede_locate(const uint32_t *docs, size_t count, size_t from, const uint32_t *targets,
                   size_t target_count, uint32_t *hits, uint32_t *places, size_t *next) {
  LEDE_DISPATCH(lede_locate, docs, count, from, targets, target_count, hits, places, next)
}

size_t lede_phrase_begin(const lede_phrase *phrase, const uint32_t *candidates, size_t count,
                         lede_phrase_starts *left) {
  LEDE_DISPATCH(lede_phrase_begin, phrase, candidates, count, left)
}

size_t lede_phrase_meet(const lede_phrase *phrase, const uint32_t *candidates, size_t count,
                        lede_phrase_starts *left) {
  LEDE_DISPATCH(lede_phrase_meet, phrase, candidates, count, left)
}

size_t lede_phrase_frequencies(const lede_phrase *phrase, const uint32_t *candidates, size_t count,
                               uint32_t *out) {
  LEDE_DISPATCH(lede_phrase_frequencies, phrase, candidates, count, out)
}
