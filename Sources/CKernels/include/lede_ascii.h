// Words of ASCII text, by the rules of UAX #29 that concern ASCII (WB5 to WB13b).
#pragma once

#include <stddef.h>
#include <stdint.h>

// Lowers the letters of `size` bytes of ASCII in place, and writes where each run of what may be a
// word begins and ends: letters, digits and underscores, with `:` `.` `'` between two letters and
// `,` `;` `.` `'` between two digits. Returns how many numbers it wrote, two for each run.
//
// `base` is added to each number. `out` has room for lede_ascii_runs_room(size) numbers.
size_t lede_ascii_runs(uint8_t *text, size_t size, uint32_t base, uint32_t *out);

// Two numbers for every two bytes, the one behind them, and the sixteen that are written at a time.
static inline size_t lede_ascii_runs_room(size_t size) { return size + 18; }
