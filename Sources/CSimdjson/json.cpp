// The shim over simdjson's On-Demand interface. Stage 1 (finding the structure, checking UTF-8)
// is chosen at run time by the library for the processor at hand; what follows walks a dozen
// fields, so the portable build of the On-Demand headers costs nothing here.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <new>
#include <vector>

#include "CLedeSimdjson.h"

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

struct lede_json_parser {
  ondemand::parser parser;
  std::vector<lede_json_field> fields;
};

namespace {

// A record of more members than this is no article; without a bound, 64 MiB of `"":0,` would
// ask for half a gigabyte of list.
constexpr size_t maximum_members = 1 << 16;

int status(error_code error) {
  switch (error) {
    case simdjson::SUCCESS: return LEDE_JSON_OK;
    case simdjson::UTF8_ERROR: return LEDE_JSON_BAD_UTF8;
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY: return LEDE_JSON_OUT_OF_MEMORY;
    case simdjson::EMPTY: return LEDE_JSON_EMPTY;
    case simdjson::INCORRECT_TYPE: return LEDE_JSON_WRONG_TYPE;
    case simdjson::TRAILING_CONTENT: return LEDE_JSON_TRAILING;
    case simdjson::UNCLOSED_STRING: return LEDE_JSON_UNCLOSED_STRING;
    case simdjson::UNESCAPED_CHARS: return LEDE_JSON_CONTROL_CHARACTER;
    case simdjson::DEPTH_ERROR: return LEDE_JSON_TOO_DEEP;
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return LEDE_JSON_INCOMPLETE;
    default: return LEDE_JSON_SYNTAX;
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty()) {
    char last = text.back();
    if (last != ' ' && last != '\t' && last != '\n' && last != '\r') break;
    text.remove_suffix(1);
  }
  return text;
}

bool is_digit(const char *at, const char *end) { return at < end && *at >= '0' && *at <= '9'; }

// The number grammar of RFC 8259, 6: skipping a value does not check it, so this does.
bool is_number(std::string_view text) {
  const char *at = text.data(), *end = at + text.size();
  if (at < end && *at == '-') at++;
  if (!is_digit(at, end)) return false;
  if (*at == '0') at++;
  else while (is_digit(at, end)) at++;
  if (at < end && *at == '.') {
    if (!is_digit(++at, end)) return false;
    while (is_digit(at, end)) at++;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    if (!is_digit(at, end)) return false;
    while (is_digit(at, end)) at++;
  }
  return at == end;
}

// The text being read. On-Demand takes a value's end from the next token, so on damaged texts it
// can point anywhere: every range it returns is checked before it is looked at.
struct bounds {
  const char *start;
  size_t length;

  bool contain(std::string_view part) const {
    auto from = reinterpret_cast<uintptr_t>(start), at = reinterpret_cast<uintptr_t>(part.data());
    return at >= from && at - from <= length && part.size() <= length - (at - from);
  }
};

void set(lede_json_field &field, uint8_t kind, std::string_view text) {
  field.kind = kind;
  field.value = text.data();
  field.value_length = text.size();
}

int read_scalar(std::string_view text, lede_json_field &field) {
  if (text.empty()) return LEDE_JSON_SYNTAX;
  switch (text.front()) {
    case '"':
      if (text.size() < 2 || text.back() != '"') return LEDE_JSON_SYNTAX;
      set(field, LEDE_JSON_STRING, text.substr(1, text.size() - 2));
      return LEDE_JSON_OK;
    case 't':
    case 'f':
      set(field, LEDE_JSON_BOOLEAN, text);
      return text == "true" || text == "false" ? LEDE_JSON_OK : LEDE_JSON_SYNTAX;
    case 'n':
      set(field, LEDE_JSON_NULL, text);
      return text == "null" ? LEDE_JSON_OK : LEDE_JSON_SYNTAX;
    default:
      set(field, LEDE_JSON_NUMBER, text);
      return is_number(text) ? LEDE_JSON_OK : LEDE_JSON_SYNTAX;
  }
}

int read_nested(
  const bounds &whole, std::string_view text, uint8_t kind, lede_json_field &field) {
  if (!whole.contain(text)) return LEDE_JSON_SYNTAX;
  set(field, kind, trimmed(text));
  return LEDE_JSON_OK;
}

int read_value(const bounds &whole, ondemand::value value, lede_json_field &field) {
  std::string_view token = value.raw_json_token();
  if (!whole.contain(token)) return LEDE_JSON_SYNTAX;
  token = trimmed(token);
  if (token.empty()) return LEDE_JSON_SYNTAX;
  std::string_view text;
  if (token.front() == '{') {
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return status(error);
    if (auto error = object.raw_json().get(text)) return status(error);
    return read_nested(whole, text, LEDE_JSON_OBJECT, field);
  }
  if (token.front() == '[') {
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return status(error);
    if (auto error = array.raw_json().get(text)) return status(error);
    return read_nested(whole, text, LEDE_JSON_ARRAY, field);
  }
  return read_scalar(token, field);
}

bool read_key(const bounds &whole, const char *key, lede_json_field &field) {
  if (!whole.contain(std::string_view(key, 0))) return false;
  const char *limit = whole.start + whole.length;
  const char *end = key;
  while (end < limit && *end != '"') end += (*end == '\\') ? 2 : 1;
  field.key = key;
  field.key_length = static_cast<size_t>(end - key);
  return end < limit;
}

int read_object(
  lede_json_parser &state, const bounds &whole, ondemand::document &document) {
  ondemand::object object;
  if (auto error = document.get_object().get(object)) return status(error);
  for (auto member : object) {
    ondemand::field found;
    if (auto error = std::move(member).get(found)) return status(error);
    if (state.fields.size() >= maximum_members) return LEDE_JSON_TOO_MANY;
    lede_json_field field{};
    if (!read_key(whole, found.key().raw(), field)) return LEDE_JSON_SYNTAX;
    if (int code = read_value(whole, found.value(), field)) return code;
    state.fields.push_back(field);
  }
  return LEDE_JSON_OK;
}

int read_array(
  lede_json_parser &state, const bounds &whole, ondemand::document &document) {
  ondemand::array array;
  if (auto error = document.get_array().get(array)) return status(error);
  for (auto element : array) {
    ondemand::value value;
    if (auto error = std::move(element).get(value)) return status(error);
    if (state.fields.size() >= maximum_members) return LEDE_JSON_TOO_MANY;
    lede_json_field field{};
    if (int code = read_value(whole, value, field)) return code;
    state.fields.push_back(field);
  }
  return LEDE_JSON_OK;
}

int read(
  lede_json_parser &state, const char *text, size_t length, uint8_t kind, size_t *error_offset) {
  state.fields.clear();
  ondemand::document document;
  auto error =
    state.parser.iterate(text, length, length + simdjson::SIMDJSON_PADDING).get(document);
  if (error) return status(error);
  bounds whole{text, length};
  int code = kind == LEDE_JSON_OBJECT ? read_object(state, whole, document)
                                      : read_array(state, whole, document);
  const char *place = nullptr;
  bool inside = document.current_location().get(place) == simdjson::SUCCESS;
  if (inside && place >= text && place <= text + length) {
    *error_offset = static_cast<size_t>(place - text);
  }
  if (code == LEDE_JSON_OK && inside) return LEDE_JSON_TRAILING;
  return code;
}

}  // namespace

size_t lede_json_padding(void) { return simdjson::SIMDJSON_PADDING; }

lede_json_parser *lede_json_parser_create(void) {
  try {
    return new (std::nothrow) lede_json_parser();
  } catch (...) {
    return nullptr;
  }
}

void lede_json_parser_destroy(lede_json_parser *parser) { delete parser; }

void lede_json_parser_trim(lede_json_parser *parser, size_t length) {
  if (parser->parser.capacity() <= length) return;
  parser->parser = ondemand::parser();
  parser->fields = std::vector<lede_json_field>();
}

int lede_json_read(
  lede_json_parser *parser, const char *text, size_t length, uint8_t kind,
  const lede_json_field **fields, size_t *count, size_t *error_offset) {
  *fields = nullptr;
  *count = 0;
  *error_offset = length;
  if (length == 0) return LEDE_JSON_EMPTY;
  try {
    int code = read(*parser, text, length, kind, error_offset);
    if (code == LEDE_JSON_OK) {
      *fields = parser->fields.data();
      *count = parser->fields.size();
    }
    return code;
  } catch (...) {
    return LEDE_JSON_OUT_OF_MEMORY;
  }
}
