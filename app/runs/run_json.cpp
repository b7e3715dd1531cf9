#include "app/runs/run_json.h"

#include <algorithm>
#include <array>
#include <limits>

#include "reslab/base/text.h"

namespace reslab::app {
namespace {

bool is_line(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return !text.empty() && visible_text(text) == text;
}

bool is_integer(const Json& value) {
  return value.is_number_integer() &&
         !(value.is_number_unsigned() &&
           value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max());
}

bool is_thread_count(const Json& value) {
  constexpr std::int64_t kMostThreads = 1 << 20;
  return is_integer(value) && value.get<std::int64_t>() >= 0 &&
         value.get<std::int64_t>() <= kMostThreads;
}

bool is_object(const Json& value) { return value.is_object(); }

bool is_status(const Json& value) {
  return value == "running" || value == "finished" || value == "failed";
}

bool are_lines(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), is_line);
}

bool all_are_texts(const Json& values) {
  return std::all_of(values.begin(), values.end(),
                     [](const Json& item) { return item.is_string(); });
}

bool are_texts(const Json& value) { return value.is_array() && all_are_texts(value); }

bool are_numbers(const Json& value) {
  const auto is_number = [](const Json& item) { return item.is_number(); };
  return value.is_null() ||
         (value.is_object() && std::all_of(value.begin(), value.end(), is_number));
}

bool are_named_texts(const Json& value) { return value.is_object() && all_are_texts(value); }

/// Whether the value has the form that data_files() returns.
bool are_files(const Json& value) {
  return value.is_null() ||
         (value.is_object() && value.contains("count") && is_integer(value["count"]));
}

struct RunKey {
  const char* name;
  const char* expected;
  bool (*is_valid)(const Json& value);
};

constexpr std::array kRunKeys = {
    RunKey{"experiment", "text", is_line},
    RunKey{"network", "text", is_line},
    RunKey{"seed", "an integer", is_integer},
    RunKey{"parameters", "an integer", is_integer},
    RunKey{"paper", "an object of numbers", are_numbers},
    RunKey{"status", R"("running", "finished" or "failed")", is_status},
    RunKey{"failure", "text", is_line},
    RunKey{"precision", "text", is_line},
    RunKey{"device", "text", is_line},
    RunKey{"threads", "a number of threads", is_thread_count},
    RunKey{"identity", "an object", is_object},
    RunKey{"data", "an object", is_object},
    RunKey{"data_files", "an object with a count", are_files},
    RunKey{"classes", "a list of names", are_lines},
    RunKey{"unreadable", "a list of texts", are_texts},
    RunKey{"environment", "an object of texts", are_named_texts},
};

}  // namespace

void check_run_json(const Json& run, const std::string& file, InputErrors& errors,
                    const std::vector<std::string>& required) {
  if (!run.is_object()) return errors.add(file, "expected an object, found " + shown(run));
  for (const auto& [name, expected, is_valid] : kRunKeys) {
    const auto found = run.find(name);
    if (found == run.end() ? std::ranges::find(required, name) == required.end() : is_valid(*found))
      continue;
    const auto is = found == run.end() ? "missing" : shown(*found);
    errors.add(file, std::string("/") + name + " is " + is + ", expected " + expected);
  }
}

}  // namespace reslab::app
