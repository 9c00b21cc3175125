#include "lede_best.h"

#include <stdint.h>
#include <string.h>

// Impacts below 1 fall into buckets by exponent and seven bits of the mantissa, the highest first.
enum { BUCKETS = 1024, BUCKET_SHIFT = 45, TABLES = 4 };

static inline uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline size_t bucket_of(double impact) {
  uint64_t bucket = (bits_of(1) - bits_of(impact)) >> BUCKET_SHIFT;
  return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

// What the impacts of a bucket are at least.
static double least_of(size_t bucket) {
  if (bucket == BUCKETS - 1) return 0;
  uint64_t bits = bits_of(1) - ((uint64_t)(bucket + 1) << BUCKET_SHIFT) + 1;
  double least;
  memcpy(&least, &bits, sizeof least);
  return least;
}

double lede_bound_of_best(const double *impacts, size_t count, size_t wanted) {
  // Several tables, since neighbours often fall into one bucket, and would wait for each other.
  uint32_t counts[TABLES][BUCKETS];
  memset(counts, 0, sizeof counts);
  size_t i = 0;
  for (; i + TABLES <= count; i += TABLES)
    for (size_t table = 0; table < TABLES; table++) counts[table][bucket_of(impacts[i + table])]++;
  for (; i < count; i++) counts[0][bucket_of(impacts[i])]++;
  size_t found = 0, bucket = 0;
  for (; bucket < BUCKETS - 1; bucket++) {
    for (size_t table = 0; table < TABLES; table++) found += counts[table][bucket];
    if (found >= wanted) break;
  }
  return least_of(bucket);
}
