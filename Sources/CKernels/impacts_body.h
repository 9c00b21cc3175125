// The compiler vectorises the loop at every level; each operation is rounded on its own.
static void LEDE_NAME(lede_impacts)(const uint32_t *restrict docs, const uint32_t *restrict freqs,
                                    size_t count, const uint32_t *restrict lengths,
                                    double constant, double per_position, double *restrict out) {
  for (size_t i = 0; i < count; i++) {
    double frequency = (double)freqs[i];
    double k = constant + per_position * (double)lengths[docs[i]];
    out[i] = frequency / (frequency + k);
  }
}

// Impacts to codes, without a call for each to round up.
static void LEDE_NAME(codes_of)(const double *restrict impacts, size_t count,
                                uint8_t *restrict codes) {
  for (size_t i = 0; i < count; i++) {
    double code = __builtin_ceil(255 * (impacts[i] * (1 + 0x1p-20)));
    codes[i] = (uint8_t)(int32_t)(code < 255 ? code : 255);
  }
}
