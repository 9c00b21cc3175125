#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A C face for simdjson: one record at a time, values left in place.
//
// The reader of articles needs the top-level fields of one object, and of those only the
// strings it keeps. So nothing is copied here: a field points into the caller's bytes, and a
// string is unescaped later, straight into its final storage. No C++ exception and no simdjson
// type passes this border.

typedef struct lede_json_parser lede_json_parser;

enum {
  LEDE_JSON_STRING = 0,
  LEDE_JSON_NUMBER = 1,
  LEDE_JSON_BOOLEAN = 2,
  LEDE_JSON_NULL = 3,
  LEDE_JSON_ARRAY = 4,
  LEDE_JSON_OBJECT = 5,
};

// Status codes; zero is success.
enum {
  LEDE_JSON_OK = 0,
  LEDE_JSON_BAD_UTF8 = 1,
  LEDE_JSON_OUT_OF_MEMORY = 2,
  LEDE_JSON_EMPTY = 3,
  LEDE_JSON_WRONG_TYPE = 4,
  LEDE_JSON_TRAILING = 5,
  LEDE_JSON_UNCLOSED_STRING = 6,
  LEDE_JSON_CONTROL_CHARACTER = 7,
  LEDE_JSON_TOO_DEEP = 8,
  LEDE_JSON_TOO_MANY = 9,
  LEDE_JSON_INCOMPLETE = 10,
  LEDE_JSON_SYNTAX = 11,
};

typedef struct {
  const char *key;      // between the quotes, still escaped; null in arrays
  size_t key_length;
  const char *value;    // strings: between the quotes, still escaped; else the JSON text itself
  size_t value_length;
  uint8_t kind;
} lede_json_field;

// Bytes that must be readable after the end of every text handed to `lede_json_read`.
size_t lede_json_padding(void);

// Returns null when memory is short.
lede_json_parser *lede_json_parser_create(void);
void lede_json_parser_destroy(lede_json_parser *parser);

// Gives back the working memory when it has grown for texts longer than `length`.
void lede_json_parser_trim(lede_json_parser *parser, size_t length);

// Lists the members of the JSON object (`kind` LEDE_JSON_OBJECT) or array (LEDE_JSON_ARRAY)
// that `text` must be, whole. The list stays valid until the next call with this parser, and as
// long as `text` does. On failure `error_offset` is the byte of `text` where parsing stopped,
// or `length` where that is not known.
int lede_json_read(
  lede_json_parser *parser, const char *text, size_t length, uint8_t kind,
  const lede_json_field **fields, size_t *count, size_t *error_offset);

// Undoes the escapes of a JSON string's inside. `out` has room for `length` bytes.
// Returns the bytes written, or -1 for an escape that JSON does not know. Halves of surrogate
// pairs without their other half become U+FFFD.
ptrdiff_t lede_json_unescape(const char *text, size_t length, char *out);

#ifdef __cplusplus
}
#endif
