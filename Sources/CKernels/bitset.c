#include "lede_bitset.h"

#include <string.h>

#include "bytes.h"
#include "lede_bitpack.h"
#include "lede_ones.h"
#include "levels.h"

// The forms of a block's documents: the byte before them is the width of packed gaps, or one of these
// marks; to that of split documents the number of their low bits is added.
#define BITSET_MARK 0x40
#define SPLIT_MARK 0x80
#define GROUP_SHIFT 5
// Up to so many documents are looked up in a split block one by one; for more it is unpacked.
#define FEW_DOCS 8

typedef enum { BLOCK_PACKED, BLOCK_SPLIT, BLOCK_BITSET, BLOCK_DAMAGED } block_kind;

typedef struct {
  const uint8_t *in;  // packed gaps or words
  size_t available;   // bytes from there to the list's end
  size_t words;       // from the word of the first possible document to that of the last
  size_t high;        // bytes of split documents' high bits
  uint32_t last;
  uint32_t width;
  block_kind kind;
} block_view;

static inline void copy_words(uint64_t *out, const uint8_t *in, size_t count) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  for (size_t w = 0; w < count; w++) out[w] = load_uint64(in + 8 * w);
#else
  memcpy(out, in, 8 * count);
#endif
}

static inline void set_bit(uint64_t *window, uint32_t place) {
  window[place >> 6] |= 1ull << (place & 63);
}

static inline void clear_bit(uint64_t *window, uint32_t place) {
  window[place >> 6] &= ~(1ull << (place & 63));
}

// The first document that a block may hold.
static inline uint32_t first_doc(lede_blocks list, size_t block) {
  return block == 0 ? 0 : load_uint32(list.last_docs + 4 * (block - 1)) + 1;
}

// Looks at a full block that starts from `base`; whatever its bytes, the view lies in the list.
static inline block_view view_block(lede_blocks list, size_t block, uint32_t base) {
  block_view view = {.kind = BLOCK_DAMAGED, .last = load_uint32(list.last_docs + 4 * block)};
  size_t offset = (size_t)load_uint32(list.group_offsets + 4 * (block >> GROUP_SHIFT)) +
                  load_uint16(list.offsets + 2 * block);
  if (view.last < base || list.size < 2 || offset > list.size - 2) return view;
  view.words = (size_t)(view.last >> 6) - (base >> 6) + 1;
  view.width = list.blocks[offset];
  view.in = list.blocks + offset + 1;
  view.available = list.size - offset - 1;
  size_t length = 16 * (size_t)view.width;
  block_kind kind = BLOCK_PACKED;
  if (view.width == BITSET_MARK) {
    if (view.in[0] != view.words) return view;
    view.in++;
    view.available--;
    length = 8 * view.words;
    kind = BLOCK_BITSET;
  } else if (view.width >= SPLIT_MARK) {
    view.width -= SPLIT_MARK;
    if (view.width > 31) return view;
    view.high = (128 + ((size_t)(view.last - base) >> view.width) + 7) / 8;
    length = 16 * (size_t)view.width + view.high;
    kind = BLOCK_SPLIT;
  } else if (view.width > 32) {
    return view;
  }
  if (length <= view.available) view.kind = kind;
  return view;
}

// Unpacks the documents of a block of packed gaps or split documents; false unless they ascend from `base` to its last.
static inline int unpack_block(block_view view, uint32_t base, uint32_t *docs) {
  if (view.kind == BLOCK_SPLIT)
    return lede_unpack_split128(view.in, view.width, view.in + 16 * view.width, view.high, base,
                                docs) != 0 &&
           docs[127] == view.last;
  lede_unpack128_ascending(view.in, view.width, base, docs);
  if (docs[127] != view.last) return 0;
  // Sums of gaps of up to 24 bits cannot wrap below a last document that was compared.
  if (view.width <= 24) return 1;
  if (docs[0] < base) return 0;
  for (size_t i = 1; i < 128; i++) {
    if (docs[i] <= docs[i - 1]) return 0;
  }
  return 1;
}

size_t lede_block_docs(lede_blocks list, size_t block, size_t end, uint32_t doc_count, uint32_t *docs) {
  for (uint32_t base = first_doc(list, block); block < end && block < list.full; block++, docs += 128) {
    block_view view = view_block(list, block, base);
    if (view.kind == BLOCK_DAMAGED || view.last >= doc_count) break;
    if (view.kind != BLOCK_BITSET) {
      if (!unpack_block(view, base, docs)) break;
    } else if (lede_count_bits(view.in, view.words) != 128 ||
               lede_expand_bitset(view.in, view.words, base & ~63u, docs) != 128 ||
               docs[0] < base || docs[127] != view.last) {
      break;
    }
    base = view.last + 1;
  }
  return block;
}

// The low part number i of split documents: vertical packing, see lede_bitpack.h.
static inline uint32_t low_part(const uint8_t *in, uint32_t width, uint32_t i) {
  uint32_t first = i / 4 * width, shift = first % 32;
  const uint8_t *at = in + 16 * (first / 32) + 4 * (i % 4);
  uint64_t bits = load_uint32(at);
  if (shift + width > 32) bits |= (uint64_t)load_uint32(at + 16) << 32;
  return (uint32_t)(bits >> shift) & (uint32_t)((1ull << width) - 1);
}

// 1 if a block's unpacked documents hold `doc`, else 0.
static inline uint32_t holds(const uint32_t *docs, uint32_t doc) {
  // A binary search of fixed depth without branches.
  for (size_t half = 64; half > 0; half /= 2) docs += docs[half - 1] < doc ? half : 0;
  return *docs == doc;
}

#define LEDE_BODY "bitset_body.h"
#include "each_level.h"

size_t lede_fill_window(lede_blocks list, size_t block, uint32_t low, uint32_t high,
                        uint64_t *window, size_t *filled) {
  LEDE_DISPATCH(lede_fill_window, list, block, low, high, window, filled)
}

size_t lede_mark_window(lede_blocks list, size_t block, uint32_t low, uint32_t high,
                        uint64_t *window) {
  LEDE_DISPATCH(lede_mark_window, list, block, low, high, window)
}

size_t lede_clear_window(lede_blocks list, size_t block, uint32_t low, uint32_t high,
                         uint64_t *window) {
  LEDE_DISPATCH(lede_clear_window, list, block, low, high, window)
}

lede_filter lede_filter_docs(lede_blocks list, lede_filter filter, uint32_t *docs, size_t count,
                             uint32_t wanted, uint32_t *scratch) {
  LEDE_DISPATCH(lede_filter_docs, list, filter, docs, count, wanted, scratch)
}

size_t lede_filter_by_bits(uint32_t *docs, size_t count, uint32_t low, const uint64_t *window,
                           uint32_t wanted) {
  LEDE_DISPATCH(lede_filter_by_bits, docs, count, low, window, wanted)
}

void lede_set_bits(const uint32_t *docs, size_t count, uint32_t low, uint64_t *window) {
  for (size_t i = 0; i < count; i++) set_bit(window, docs[i] - low);
}

void lede_clear_bits(const uint32_t *docs, size_t count, uint32_t low, uint64_t *window) {
  for (size_t i = 0; i < count; i++) clear_bit(window, docs[i] - low);
}

void lede_or_words(uint64_t *words, const uint64_t *others, size_t count) {
  LEDE_DISPATCH(lede_or_words, words, others, count)
}

void lede_and_words(uint64_t *words, const uint64_t *others, size_t count) {
  LEDE_DISPATCH(lede_and_words, words, others, count)
}

size_t lede_count_words(const uint64_t *words, size_t count) {
  LEDE_DISPATCH(lede_count_words, words, count)
}

size_t lede_count_common(const uint64_t *words, const uint64_t *others, size_t count) {
  LEDE_DISPATCH(lede_count_common, words, others, count)
}

size_t lede_merge_docs(const uint32_t *left, size_t left_count, const uint32_t *right,
                       size_t right_count, uint32_t *out) {
  size_t l = 0, r = 0, count = 0;
  // Without branches on the documents: which side is next is a coin toss.
  while (l < left_count && r < right_count) {
    uint32_t a = left[l], b = right[r];
    out[count++] = a < b ? a : b;
    l += a <= b;
    r += b <= a;
  }
  if (l < left_count) memmove(out + count, left + l, 4 * (left_count - l));
  count += left_count - l;
  if (r < right_count) memmove(out + count, right + r, 4 * (right_count - r));
  return count + right_count - r;
}

size_t lede_expand_bitset(const uint8_t *in, size_t words, uint32_t base, uint32_t *out) {
  LEDE_DISPATCH(lede_expand_bitset, in, words, base, out)
}

size_t lede_count_bits(const uint8_t *in, size_t words) {
  LEDE_DISPATCH(lede_count_bits, in, words)
}
