#include "lede_gather.h"

#include <string.h>

#include "lede_bits.h"
#include "lede_short.h"

static inline int is_inside(uint64_t offset, uint64_t length, size_t size) {
  return offset <= size && length <= size - offset;
}

static inline uint32_t last_width(uint32_t doc_count) {
  return lede_bits_of(doc_count > 2 ? doc_count - 1 : 1);
}

size_t lede_gather_postings(const lede_list_source *source, const lede_term *term, uint32_t *docs,
                            uint32_t *freqs) {
  size_t count = term->doc_freq;
  if (count == 1) {
    docs[0] = term->doc;
    freqs[0] = (uint32_t)term->more + 1;
    return term->doc < source->doc_count && term->more < UINT32_MAX;
  }
  if (count == 0 || count >= LEDE_SHORT_LIST ||
      !is_inside(term->postings, term->postings_size, source->postings_size))
    return 0;
  return lede_short_decode(source->postings + term->postings, (size_t)term->postings_size, count,
                           term->more, last_width(source->doc_count), source->doc_count, docs,
                           freqs)
             ? count
             : 0;
}

// The ordinals that stand in the dictionary, as an entry.
static int encode_inline(const lede_term *term, uint32_t length, uint8_t *scratch,
                         lede_entries *entries) {
  uint32_t freq = (uint32_t)term->more + 1;
  if (freq > length || term->ordinals[freq - 1] >= length) return 0;
  for (uint32_t i = 1; i < freq; i++)
    if (term->ordinals[i - 1] >= term->ordinals[i]) return 0;
  // Eight values take at most 8 * 33 + 16 bits.
  memset(scratch, 0, LEDE_ENTRY_SCRATCH);
  *entries = (lede_entries){
      scratch, 0, lede_positions_encode(term->ordinals, freq, length, scratch, 0)};
  return 1;
}

int lede_find_entries(const lede_list_source *source, const lede_term *term, uint32_t doc,
                      uint8_t *scratch, lede_entries *entries) {
  if (term->doc_freq == 1 && lede_is_inline(term))
    return encode_inline(term, lede_document_length(source->lengths, doc), scratch, entries);
  if (!is_inside(term->positions, term->positions_size, source->positions_size)) return 0;
  *entries = (lede_entries){source->positions, 8 * term->positions,
                            8 * (term->positions + term->positions_size)};
  return 1;
}

int lede_gather(const lede_list_source *source, const lede_term *term, uint32_t base,
                int has_positions, lede_gathered *out) {
  uint32_t *docs = out->docs + out->count, *freqs = out->freqs + out->count;
  size_t count = lede_gather_postings(source, term, docs, freqs);
  if (count == 0) return 0;
  if (has_positions) {
    uint8_t scratch[LEDE_ENTRY_SCRATCH];
    lede_entries entries;
    if (!lede_find_entries(source, term, docs[0], scratch, &entries)) return 0;
    // Those of the dictionary are as long as was found.
    uint64_t size = entries.bytes == scratch
                        ? entries.end
                        : lede_positions_span(source->lengths, docs, freqs, count);
    if (size > entries.end - entries.bit) return 0;
    lede_copy_bits(entries.bytes, entries.bit, size, out->bits, out->bit_count);
    out->bit_count += size;
  }
  for (size_t i = 0; i < count; i++) docs[i] += base;
  out->count += count;
  return 1;
}
