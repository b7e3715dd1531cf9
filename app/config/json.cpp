#include "app/config/json.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <span>
#include <vector>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"
#include "reslab/interchange/weights_file.h"

namespace reslab::app {
namespace {

constexpr int kDeepest = 64;
constexpr std::size_t kLargestFile = 4 << 20;  // bytes; the largest experiment here has 4 KiB
constexpr std::size_t kMostKeys = 4096;        // per object; ordered_json searches keys linearly

/// Follows the parser through a file and notes duplicate keys, since JSON does not define which of
/// them counts.
class DuplicateKeys {
 public:
  explicit DuplicateKeys(std::string file) : file_(std::move(file)) {}

  void follow(int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (depth > kDeepest)
      throw InvalidInput(file_ + ": nested deeper than " + std::to_string(kDeepest) + " levels");
    if (event == Event::object_end || event == Event::array_end) {
      levels_.pop_back();
    } else if (event == Event::key) {
      note_key(parsed.get<std::string>());
    } else {
      const auto pointer = pointer_to_next();
      if (event != Event::value) levels_.push_back({pointer, event == Event::array_start});
    }
  }

  const std::vector<std::string>& errors() const { return errors_; }

 private:
  /// An object or a list that has begun and not ended.
  struct Level {
    std::string pointer;
    bool is_array;
    std::size_t next_index = 0;         // of a list
    std::string pointer_to_value = {};  // of an object: the pointer to the value of the last key
    std::set<std::string> keys = {};
  };

  void note_key(const std::string& key) {
    auto& level = levels_.back();
    if (level.keys.size() == kMostKeys)
      throw InvalidInput(file_ + ": " + level.pointer + ": more than " + std::to_string(kMostKeys) +
                         " keys in an object");
    level.pointer_to_value = below(level.pointer, key);
    if (!level.keys.insert(key).second)
      errors_.push_back(file_ + ": " + level.pointer_to_value +
                        ": duplicate key, expected it once");
  }

  std::string pointer_to_next() {
    if (levels_.empty()) return "";
    auto& level = levels_.back();
    return level.is_array ? below(level.pointer, level.next_index++) : level.pointer_to_value;
  }

  std::string file_;
  std::vector<Level> levels_;
  std::vector<std::string> errors_;
};

/// "FILE:LINE:COLUMN: what" from the text of the parser's exception.
std::string syntax_error(const std::string& file, const std::string& text) {
  // "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error while …"
  static const std::regex place("^.*? at line ([0-9]+), column ([0-9]+): ");
  std::smatch found;
  if (!std::regex_search(text, found, place)) return file + ": " + text;
  // The text quotes everything that the parser has read of a value.
  constexpr std::size_t kLongest = 200;
  return file + ":" + found.str(1) + ":" + found.str(2) + ": " +
         printable(found.suffix().str(), kLongest);
}

}  // namespace

Json parse_json(std::string_view text, const std::string& file) {
  // The parser stops at a zero byte and ignores the rest.
  if (text.find('\0') != std::string_view::npos)
    throw InvalidInput(file + ": contains a zero byte; expected text");
  DuplicateKeys duplicates(file);
  const auto follow = [&duplicates](int depth, Json::parse_event_t event, Json& parsed) {
    duplicates.follow(depth, event, parsed);
    return true;
  };
  Json json;
  try {
    json = Json::parse(text, follow, true, true);
  } catch (const Json::parse_error& error) {
    throw InvalidInput(syntax_error(file, error.what()));
  } catch (const Json::out_of_range& error) {
    // The text is "[json.exception.out_of_range.406] number overflow parsing '1e999'".
    const std::string what = error.what();
    throw InvalidInput(file + ": the number " +
                       what.substr(std::min(what.size(), what.find('\''))) + " is too large");
  }
  if (!duplicates.errors().empty()) throw InvalidInput(duplicates.errors());
  return json;
}

Json read_json(const std::string& file) {
  std::error_code unreadable;
  if (std::filesystem::is_directory(file, unreadable))
    throw InvalidInput(file + ": is a directory, expected a JSON file");
  const auto text = read_text(file, kLargestFile);
  if (const auto kind = kind_of(std::as_bytes(std::span(text)));
      kind != "a JSON file" && kind != "a text file")
    throw InvalidInput(file + ": " + kind + ", expected a JSON file");
  return parse_json(text, file);
}

void visit_values(const Json& json, const std::string& prefix,
                  const std::function<void(const std::string& name, const Json& value)>& visit) {
  if (!json.is_object()) return visit(prefix, json);
  const bool joins = !prefix.empty() && prefix != "/";
  for (const auto& [key, value] : json.items())
    visit_values(value, prefix + (joins ? "/" : "") + key, visit);
}

Json json_or_text(const std::string& text, const std::string& where) {
  return Json::accept(text) ? parse_json(text, where) : Json(text);
}

std::string below(std::string_view pointer, std::string_view key) {
  return (Json::json_pointer(std::string(pointer)) / std::string(key)).to_string();
}

std::string below(std::string_view pointer, std::size_t index) {
  return below(pointer, std::to_string(index));
}

bool is_pointer(const std::string& text) {
  try {
    const Json::json_pointer parsed(text);
    return true;
  } catch (const Json::parse_error&) {
    return false;
  }
}

bool is_inside(std::string_view pointer, std::string_view outer) {
  return pointer.size() > outer.size() && pointer.starts_with(outer) &&
         pointer[outer.size()] == '/';
}

Json object_at(const Json& json, const std::string& key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_object() ? *found : Json::object();
}

std::string compact(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string indented(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string shown(const Json& value) {
  constexpr std::size_t kLongest = 60;
  std::string text = value.is_string() ? value.get<std::string>() : compact(value);
  if (text.size() > kLongest) {
    std::size_t end = kLongest;
    const auto inside_character = [&] {
      return (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80;
    };
    while (end > 0 && inside_character()) --end;
    text = text.substr(0, end) + "…";
  }
  return value.is_string() ? "'" + text + "'" : text;
}

}  // namespace reslab::app
