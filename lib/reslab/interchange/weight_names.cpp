#include "reslab/interchange/weight_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace reslab {
namespace {

std::vector<std::string_view> parts_of(std::string_view name) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    const auto dot = name.find('.', begin);
    parts.push_back(name.substr(begin, dot - begin));
    if (dot == std::string_view::npos) return parts;
    begin = dot + 1;
  }
}

/// Whether the entry is not a weight but a number that other software added: thop's counts for each
/// layer, or the counter of torch.optim.swa_utils.AveragedModel.
bool is_added(const std::string& name) {
  constexpr std::array<std::string_view, 3> kAdded = {"total_ops", "total_params", "n_averaged"};
  const auto last = std::string_view(name).substr(name.rfind('.') + 1);
  return std::ranges::find(kAdded, last) != kAdded.end();
}

/// Whether networks have a layer of this name at their top level: "conv1", "fc". Such a name is not
/// a prefix, even if all tensors of a file belong to the layer.
bool is_layer(std::string_view name) {
  static constexpr auto kLayers = std::to_array<std::string_view>(
      {"conv", "bn", "layer", "fc", "features", "classifier", "linear"});
  return std::ranges::any_of(kLayers, [name](auto layer) {
    return name.starts_with(layer) &&
           name.find_first_not_of("0123456789_x", layer.size()) == name.npos;
  });
}

/// The prefix that all non-empty names share. It ends in a dot and contains no names of layers.
std::string common_prefix(const std::vector<std::string>& names) {
  std::string prefix;
  const auto found = std::ranges::find_if(names, [](const auto& name) { return !name.empty(); });
  if (found == names.end()) return prefix;
  const auto& first = *found;
  for (;;) {
    const auto dot = first.find('.', prefix.size());
    if (dot == std::string::npos) return prefix;
    const auto longer = first.substr(0, dot + 1);
    if (is_layer(std::string_view(first).substr(prefix.size(), dot - prefix.size())) ||
        !std::ranges::all_of(names,
                             [&](const auto& n) { return n.empty() || n.starts_with(longer); }))
      return prefix;
    prefix = longer;
  }
}

std::string unwrapped(const std::string& name) {
  static constexpr auto kAnywhere = std::to_array<std::string_view>(
      {"module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"});
  static constexpr auto kFirst =
      std::to_array<std::string_view>({"model", "net", "backbone", "head", "encoder", "features"});
  std::string result;
  for (const auto part : parts_of(name)) {
    const bool wrapper = std::ranges::find(kAnywhere, part) != kAnywhere.end() ||
                         (result.empty() && std::ranges::find(kFirst, part) != kFirst.end());
    if (!wrapper) result += (result.empty() ? "" : ".") + std::string(part);
  }
  return result;
}

}  // namespace

bool is_optimizer_section(const std::string& section) {
  const auto parts = parts_of(section);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].find("optimizer") != std::string_view::npos || parts[i] == "optim" ||
        parts[i] == "opt" || parts[i].starts_with("optim_"))
      return true;
    if (parts[i] == "state" && i + 1 < parts.size() && !parts[i + 1].empty() &&
        std::isdigit(static_cast<unsigned char>(parts[i + 1].front())) != 0)
      return true;
  }
  return false;
}

std::vector<std::string> weight_names(const std::vector<WeightEntry>& entries,
                                      const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& entry : entries) {
    const bool kept = entry.name.starts_with(prefix) && !is_added(entry.name);
    names.push_back(kept ? entry.name.substr(prefix.size()) : "");
  }
  const auto shared = common_prefix(names).size();
  for (auto& name : names) name.erase(0, std::min(shared, name.size()));
  return names;
}

std::vector<std::string> unwrapped_names(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const auto& name : names) result.push_back(unwrapped(name));
  return result;
}

}  // namespace reslab
