#include "app/config/run_name.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/config/settings_reader.h"
#include "reslab/base/text.h"
#include "reslab/data/options.h"
#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {
namespace {

/// The pointers to all settings and groups of settings.
const std::vector<std::string>& all_pointers() {
  static const auto pointers = [] {
    std::vector<std::string> list;
    const auto add = [&list](const std::string& pointer, const Setting& /*setting*/) {
      if (std::ranges::find(list, pointer) == list.end()) list.push_back(pointer);
    };
    visit_settings(network_settings().list(), "/network", add);
    visit_settings(recipe_settings().list(), "/recipe", add);
    visit_settings(data_settings().list(), "/data", add);
    return list;
  }();
  return pointers;
}

std::ptrdiff_t depth_of(std::string_view pointer) { return std::ranges::count(pointer, '/'); }

/// Whether the pointer of another setting at the same level or above ends in `end`.
bool is_ambiguous(std::string_view pointer, std::string_view end) {
  return std::ranges::any_of(all_pointers(), [&](const std::string& other) {
    return other != pointer && other.ends_with(end) && depth_of(other) <= depth_of(pointer);
  });
}

std::string text_of(const Json& value) {
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (value.is_array())
    return value.empty() ? "none"
                         : joined(value, "+", [](const Json& item) { return text_of(item); });
  if (value.is_object()) return "default";
  return with_only(value.is_string() ? value.get<std::string>() : value.dump(), "-_.+", '-');
}

void add_leaves(const VariedValue& value, std::vector<VariedValue>& leaves) {
  if (!value.value.is_object() || value.value.empty()) return leaves.push_back(value);
  for (const auto& [key, inner] : value.value.items())
    add_leaves({below(value.pointer, key), inner}, leaves);
}

}  // namespace

std::string short_name(std::string_view pointer) {
  auto begin = pointer.rfind('/');
  while (begin > 0 && begin != std::string_view::npos &&
         is_ambiguous(pointer, pointer.substr(begin)))
    begin = pointer.rfind('/', begin - 1);
  std::string name(pointer.substr(begin == std::string_view::npos ? 0 : begin + 1));
  std::ranges::replace(name, '/', '.');
  return name;
}

std::vector<VariedValue> leaves_of(const VariedValue& value) {
  std::vector<VariedValue> leaves;
  add_leaves(value, leaves);
  const auto is_null = [](const VariedValue& leaf) { return leaf.value.is_null(); };
  if (!std::ranges::all_of(leaves, is_null)) std::erase_if(leaves, is_null);
  return leaves;
}

std::string run_name(const std::string& network, const std::vector<VariedValue>& values) {
  auto name = network;
  for (const auto& value : values)
    for (const auto& [pointer, leaf] : leaves_of(value))
      if (!pointer.starts_with("/network/"))
        name += (network_of(name) == name ? "@" : ",") + short_name(pointer) + "=" + text_of(leaf);
  return name;
}

std::string network_of(const std::string& run_name) {
  return run_name.substr(0, run_name.find('@'));
}

}  // namespace reslab::app
