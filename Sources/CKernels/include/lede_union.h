// The terms of several dictionaries in the order of their keys, equal ones together.
//
// A tournament of cursors by key (Knuth, The Art of Computer Programming 3, 5.4.1): who loses stays at
// its node, so that a cursor that moves on plays once per level, almost always by one comparison of two
// numbers and without a branch that depends on it.
#pragma once

#include "lede_cursor.h"

// A dictionary that has the current key.
typedef struct {
  uint32_t source;
  uint32_t ordinal;
  lede_term term;
} lede_union_member;

typedef struct {
  lede_term_cursor *cursors;   // their heads have their numbers
  lede_key_head *nodes;        // of who lost there; at 0 of who won all
  uint32_t leaves;             // a power of two, at least the number of cursors
  lede_union_member *members;  // who has the current key, by number; room for every cursor
  uint32_t member_count;
  lede_key_head head;          // of the current key
  size_t length;
  uint32_t source;             // whose turn it was when lede_union_next returned
} lede_term_union;

// Begins the tournament of `count` cursors that have their first key or have ended.
void lede_union_play(lede_term_union *all, uint32_t count);

// Gathers the members of the next key, having been given a member_count of 0: none behind the last
// key. Returns LEDE_KEYS_DONE; LEDE_KEYS_BLOCK when the cursor `source` first needs its next block or
// its end, after which lede_union_replay and this are to be called; or what is wrong with it. Each
// member has then moved on: the current key is the one before its cursor's.
int lede_union_next(lede_term_union *all);

// The cursor `source` has moved on.
void lede_union_replay(lede_term_union *all);
