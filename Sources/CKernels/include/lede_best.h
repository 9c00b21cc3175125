// Finds the highest of many impacts.
#pragma once

#include <stddef.h>

// A bound that at least `wanted` of `count` impacts reach, and mostly few more do: of impacts above 0
// and at most 1, at least `wanted` of them.
double lede_bound_of_best(const double *impacts, size_t count, size_t wanted);
