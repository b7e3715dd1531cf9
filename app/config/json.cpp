#include "app/config/json.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include "reslab/base/error.h"

namespace reslab::app {
namespace {

constexpr int kDeepest = 64;

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
      step();
      if (event != Event::value) levels_.push_back({event == Event::array_start, 0, {}, {}});
    }
  }

  const std::vector<std::string>& errors() const { return errors_; }

 private:
  struct Level {
    bool is_array;
    std::size_t next_index;
    std::string pointer_key;
    std::set<std::string> keys;
  };

  void note_key(const std::string& key) {
    auto& level = levels_.back();
    level.pointer_key = key;
    if (!level.keys.insert(key).second)
      errors_.push_back(file_ + ": " + pointer() + ": duplicate key, expected it once");
  }

  void step() {
    if (levels_.empty() || !levels_.back().is_array) return;
    auto& level = levels_.back();
    level.pointer_key = std::to_string(level.next_index++);
  }

  std::string pointer() const {
    std::string text;
    for (const auto& level : levels_) text = below(text, level.pointer_key);
    return text;
  }

  std::string file_;
  std::vector<Level> levels_;
  std::vector<std::string> errors_;
};

/// "FILE:LINE:COLUMN: what" from the parser's exception.
std::string syntax_error(std::string_view text, const std::string& file,
                         const nlohmann::json::parse_error& error) {
  const auto at = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
  const auto before = text.substr(0, at);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n');
  const auto column = at - (line_start == before.npos ? 0 : line_start + 1) + 1;
  std::string what = error.what();
  // "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error while …"
  for (const std::string_view skipped : {"] ", "parse error at line ", ": "})
    if (const auto found = what.find(skipped); found != what.npos && (skipped[0] != 'p' || !found))
      what = what.substr(found + skipped.size());
  return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + what;
}

}  // namespace

Json parse_json(std::string_view text, const std::string& file) {
  DuplicateKeys duplicates(file);
  const auto follow = [&duplicates](int depth, Json::parse_event_t event, Json& parsed) {
    duplicates.follow(depth, event, parsed);
    return true;
  };
  Json json;
  try {
    json = Json::parse(text, follow, true, true);
  } catch (const Json::parse_error& error) {
    throw InvalidInput(syntax_error(text, file, error));
  } catch (const Json::out_of_range& error) {
    const std::string_view what = error.what();
    throw InvalidInput(file + ": " + std::string(what.substr(what.find("] ") + 2)));
  }
  if (!duplicates.errors().empty()) throw InvalidInput(duplicates.errors());
  return json;
}

Json read_json(const std::string& file) {
  std::error_code unreadable;
  if (std::filesystem::is_directory(file, unreadable))
    throw InvalidInput(file + ": is a directory, expected a JSON file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    const bool exists = std::filesystem::exists(file, unreadable);
    throw InvalidInput(file + (exists ? ": cannot be read" : ": no such file"));
  }
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return parse_json(text, file);
}

std::string below(std::string_view pointer, std::string_view key) {
  std::string text(pointer);
  text += '/';
  for (const char letter : key) {
    if (letter == '~')
      text += "~0";
    else if (letter == '/')
      text += "~1";
    else
      text += letter;
  }
  return text;
}

std::string below(std::string_view pointer, std::size_t index) {
  return below(pointer, std::to_string(index));
}

std::string shown(const Json& value) {
  constexpr std::size_t kLongest = 60;
  std::string text = value.is_string() ? value.get<std::string>()
                                       : value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > kLongest) {
    std::size_t end = kLongest;
    while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // inside of a character
    text = text.substr(0, end) + "…";
  }
  return value.is_string() ? "'" + text + "'" : text;
}

}  // namespace reslab::app
