#include "lede_union.h"

#include <string.h>

static inline uint32_t source_of(lede_key_head head) {
  return (uint32_t)(head.low & ((1u << LEDE_HEAD_SOURCE_BITS) - 1));
}

static inline int has_ended(lede_key_head head) {
  return (head.low >> LEDE_HEAD_SOURCE_BITS & 255) == LEDE_NO_KEY;
}

// Long keys with the same head; of equal ones the first source's comes first.
static int long_precedes(const lede_term_union *all, lede_key_head left, lede_key_head right) {
  const lede_term_cursor *one = all->cursors + source_of(left);
  const lede_term_cursor *other = all->cursors + source_of(right);
  int order = lede_key_tails(one->keys[one->turn], one->length, other->keys[other->turn],
                             other->length);
  return order < 0 || (order == 0 && left.low < right.low);
}

static inline int precedes(const lede_term_union *all, lede_key_head left, lede_key_head right) {
  if (__builtin_expect(lede_heads_tie(left, right) && lede_head_is_long(left), 0))
    return long_precedes(all, left, right);
  return lede_head_precedes(left, right);
}

static inline void replay(lede_term_union *all, uint32_t source) {
  lede_key_head winner = all->cursors[source].head;
  for (uint32_t node = (source + all->leaves) / 2; node > 0; node /= 2) {
    lede_key_head other = all->nodes[node];
    // They change places if the other one wins.
    uint64_t mask = 0 - (uint64_t)precedes(all, other, winner);
    uint64_t high = (other.high ^ winner.high) & mask, low = (other.low ^ winner.low) & mask;
    all->nodes[node] = (lede_key_head){other.high ^ high, other.low ^ low};
    winner.high ^= high;
    winner.low ^= low;
  }
  all->nodes[0] = winner;
}

void lede_union_play(lede_term_union *all, uint32_t count) {
  // As if leaves without a cursor had won their first matches: who comes later wins against them.
  for (uint32_t node = 0; node < all->leaves; node++)
    all->nodes[node] = (lede_key_head){0, 0};
  for (uint32_t leaf = 0; leaf < all->leaves; leaf++) {
    lede_key_head winner = {UINT64_MAX, UINT64_MAX};
    if (leaf < count) winner = all->cursors[leaf].head;
    uint32_t node = (leaf + all->leaves) / 2;
    // Who comes first to a node waits there; no key has a head of 0.
    for (; node > 0 && (all->nodes[node].high | all->nodes[node].low) != 0; node /= 2) {
      lede_key_head other = all->nodes[node];
      if (!precedes(all, other, winner)) continue;
      all->nodes[node] = winner;
      winner = other;
    }
    all->nodes[node] = winner;
  }
}

// The current key: its first member has moved on from it by one.
static inline const uint8_t *current_key(const lede_term_union *all) {
  const lede_term_cursor *cursor = all->cursors + all->members[0].source;
  return cursor->keys[cursor->turn ^ 1];
}

static inline int is_current(const lede_term_union *all, lede_key_head head) {
  if (!lede_heads_tie(head, all->head)) return 0;
  if (!lede_head_is_long(head)) return 1;
  const lede_term_cursor *cursor = all->cursors + source_of(head);
  return lede_key_tails(current_key(all), all->length, cursor->keys[cursor->turn],
                        cursor->length) == 0;
}

// Takes the first cursor as a member and moves it on.
static inline int take_member(lede_term_union *all, lede_key_head first) {
  lede_term_cursor *cursor = all->cursors + source_of(first);
  lede_union_member *member = all->members + all->member_count;
  if (all->member_count == 0) {
    all->head = first;
    all->length = cursor->length;
  }
  member->source = source_of(first);
  member->ordinal = cursor->ordinal;
  int status = lede_cursor_term(cursor, &member->term);
  if (status != LEDE_KEYS_DONE) return status;
  all->member_count++;
  return lede_cursor_next(cursor);
}

int lede_union_next(lede_term_union *all) {
  while (1) {
    lede_key_head first = all->nodes[0];
    if (has_ended(first)) return LEDE_KEYS_DONE;
    if (all->member_count > 0 && !is_current(all, first)) return LEDE_KEYS_DONE;
    all->source = source_of(first);
    int status = take_member(all, first);
    if (status != LEDE_KEYS_DONE) return status;
    replay(all, all->source);
  }
}

void lede_union_replay(lede_term_union *all) { replay(all, all->source); }
