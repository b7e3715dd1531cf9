#include "app/config/vary.h"

#include <algorithm>

#include "app/config/short_forms.h"

namespace reslab::app {
namespace {

constexpr std::size_t kMostVariations = 10000;

/// Reads `vary` and checks its form.
class VaryReader {
 public:
  VaryReader(const Document& document, InputErrors& errors)
      : document_(document), errors_(errors) {}

  std::vector<Variation> read() {
    std::vector<Variation> variations = {{document_.root(), {}}};
    variations.front().root.erase("vary");
    const auto found = document_.root().find("vary");
    if (found == document_.root().end() || found->is_null()) return variations;
    if (!found->is_object()) {
      errors_.add(document_.place("/vary"),
                  "got " + shown(*found) +
                      ", expected an object of JSON pointers and lists, for example "
                      "{\"/recipe/batch\": [64, 128]}");
      return variations;
    }
    for (const auto& [pointer, values] : found->items()) {
      if (!check(pointer, values, *found)) continue;
      if (variations.size() * values.size() > kMostVariations) {
        add(pointer, "expands to more than " + std::to_string(kMostVariations) +
                         " combinations, expected fewer");
        return variations;
      }
      multiply(variations, pointer, values);
    }
    return variations;
  }

 private:
  void add(const std::string& pointer, const std::string& what) {
    errors_.add(document_.source(below("/vary", pointer)) + ": /vary: " + pointer, what);
  }

  bool check(const std::string& pointer, const Json& values, const Json& vary) {
    const auto before = errors_.lines().size();
    const std::string_view roots[] = {"/recipe", "/network", "/data"};
    if (std::ranges::none_of(roots, [&](const auto root) { return is_inside(pointer, root); }) ||
        !is_pointer(pointer)) {
      add(pointer,
          "expected a JSON pointer below /recipe, /network or /data, for example /recipe/batch");
      return false;
    }
    if (!values.is_array())
      add(pointer, "got " + shown(values) + ", expected a list of values");
    else if (values.empty())
      add(pointer, "got [], expected at least one value");
    else
      check_values(pointer, values);
    for (const auto& [other, ignored] : vary.items())
      if (other != pointer && is_inside(pointer, other))
        add(pointer, "is inside " + other + ", which also varies; expected one of them");
    if (document_.source(pointer) == kCommandLine &&
        document_.root().contains(Json::json_pointer(pointer)))
      errors_.add("--set " + pointer,
                  "has no effect, /vary gives the values; expected --set '/vary" +
                      below("", pointer) + "=[…]'");
    return errors_.lines().size() == before;
  }

  void check_values(const std::string& pointer, const Json& values) {
    for (auto value = values.begin(); value != values.end(); ++value)
      if (std::find(values.begin(), value, *value) != value)
        add(pointer, "got " + shown(*value) + " twice, expected each value once");
  }

  void multiply(std::vector<Variation>& variations, const std::string& pointer,
                const Json& values) {
    std::vector<Variation> multiplied;
    for (const auto& variation : variations)
      for (const auto& value : values) {
        auto& next = multiplied.emplace_back(variation);
        next.values.push_back({pointer, value});
        if (value.is_null() && !next.root.contains(Json::json_pointer(pointer))) continue;
        if (const auto error = assign_at(next.root, pointer, value)) return add(pointer, *error);
        settle(next.root, pointer);
      }
    variations = std::move(multiplied);
  }

  const Document& document_;
  InputErrors& errors_;
};

}  // namespace

std::vector<Variation> read_variations(const Document& document, InputErrors& errors) {
  return VaryReader(document, errors).read();
}

std::string place(const Document& document, const Variation& variation, std::string_view pointer) {
  const std::string text(pointer);
  const auto in_file = pointer_in_file(variation, text);
  return in_file == text ? document.place(pointer) : document.source(in_file) + ": /vary: " + text;
}

std::string pointer_in_file(const Variation& variation, const std::string& pointer) {
  for (const auto& value : variation.values)
    if (pointer == value.pointer || is_inside(pointer, value.pointer))
      return below("/vary", value.pointer);
  return pointer;
}

bool varies(const Variation& variation, std::string_view pointer) {
  return std::ranges::any_of(variation.values, [&](const VariedValue& value) {
    return value.pointer == pointer || is_inside(value.pointer, pointer);
  });
}

}  // namespace reslab::app
