// JSON string escapes (RFC 8259, 7), undone straight into the caller's storage.
//
// simdjson's own routine refuses halves of surrogate pairs, which archives written by other
// languages do contain, and in its portable build copies byte by byte. Runs between two escapes
// are found with memchr and copied with memcpy here, both vectorised by the C library.
#include <cstring>

#include "CLedeSimdjson.h"

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Four hexadecimal digits, or -1.
long hex_unit(const char *at, const char *end) {
  if (end - at < 4) return -1;
  long unit = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

char *put(unsigned long scalar, char *out) {
  if (scalar < 0x80) {
    *out++ = static_cast<char>(scalar);
  } else if (scalar < 0x800) {
    *out++ = static_cast<char>(0xC0 | scalar >> 6);
    *out++ = static_cast<char>(0x80 | (scalar & 0x3F));
  } else if (scalar < 0x10000) {
    *out++ = static_cast<char>(0xE0 | scalar >> 12);
    *out++ = static_cast<char>(0x80 | (scalar >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (scalar & 0x3F));
  } else {
    *out++ = static_cast<char>(0xF0 | scalar >> 18);
    *out++ = static_cast<char>(0x80 | (scalar >> 12 & 0x3F));
    *out++ = static_cast<char>(0x80 | (scalar >> 6 & 0x3F));
    *out++ = static_cast<char>(0x80 | (scalar & 0x3F));
  }
  return out;
}

// The `uXXXX` escape whose digits start at `at`, with its second half where it is a pair.
bool put_unicode(const char *&at, const char *end, char *&out) {
  long unit = hex_unit(at, end);
  if (unit < 0) return false;
  at += 4;
  unsigned long scalar = static_cast<unsigned long>(unit);
  if (unit >= 0xD800 && unit <= 0xDFFF) {
    scalar = 0xFFFD;
    if (unit < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
      long low = hex_unit(at + 2, end);
      if (low >= 0xDC00 && low <= 0xDFFF) {
        scalar = 0x10000 + (static_cast<unsigned long>(unit - 0xD800) << 10)
          + static_cast<unsigned long>(low - 0xDC00);
        at += 6;
      }
    }
  }
  out = put(scalar, out);
  return true;
}

int plain_escape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return -1;
  }
}

}  // namespace

ptrdiff_t lede_json_unescape(const char *text, size_t length, char *out) {
  const char *at = text, *end = text + length;
  char *start = out;
  while (at < end) {
    const char *stop =
      static_cast<const char *>(memchr(at, '\\', static_cast<size_t>(end - at)));
    size_t run = static_cast<size_t>((stop ? stop : end) - at);
    memcpy(out, at, run);
    out += run;
    at += run;
    if (!stop) break;
    if (++at == end) return -1;
    char c = *at++;
    if (c == 'u') {
      if (!put_unicode(at, end, out)) return -1;
    } else {
      int plain = plain_escape(c);
      if (plain < 0) return -1;
      *out++ = static_cast<char>(plain);
    }
  }
  return out - start;
}
