#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace reslab::app {

/// JSON whose objects keep the order of their keys, as people wrote them.
using Json = nlohmann::ordered_json;

/// Parses JSON with comments. Throws InvalidInput: a syntax error as `FILE:LINE:COLUMN: what`,
/// duplicate keys (all of them) as `FILE: /json/pointer: what`, and nesting that is too deep.
Json parse_json(std::string_view text, const std::string& file);

/// Reads and parses a whole file. Throws InvalidInput, and IoError if the file cannot be read.
Json read_json(const std::string& file);

/// The value of a command-line argument: JSON, or else a text. Throws InvalidInput like parse_json.
Json json_or_text(const std::string& text, const std::string& where);

/// The JSON pointer (RFC 6901) to a key or an index inside the value at `pointer`.
std::string below(std::string_view pointer, std::string_view key);
std::string below(std::string_view pointer, std::size_t index);

/// Whether the text is a JSON pointer.
bool is_pointer(const std::string& text);

/// Whether `pointer` leads to a value inside the value at `outer`.
bool is_inside(std::string_view pointer, std::string_view outer);

/// Calls `visit` with every value that is no object, also inside of nested objects, and its name:
/// the keys that lead to it, joined by "/" and preceded by `prefix`.
void visit_values(const Json& json, const std::string& prefix,
                  const std::function<void(const std::string& name, const Json& value)>& visit);

/// The object under the key, or an empty one.
Json object_at(const Json& json, const std::string& key);

/// The value as text, on one line or indented. Bytes that are not UTF-8, which names of files may
/// contain, are replaced.
std::string compact(const Json& value);
std::string indented(const Json& value);

/// The value on one line for messages: texts in single quotes, long values cut.
std::string shown(const Json& value);

}  // namespace reslab::app
