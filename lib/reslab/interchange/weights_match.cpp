#include "reslab/interchange/weights_match.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/stored_tensor.h"

namespace reslab {
namespace {

constexpr std::size_t kMostLines = 20;
constexpr std::array<std::string_view, 4> kFloatingPoint = {"F16", "BF16", "F32", "F64"};
constexpr std::array<std::string_view, 5> kIntegers = {"I64", "I32", "I16", "I8", "U8"};
constexpr std::array<std::string_view, 2> kNotInWeights = {"padding", "stride_in"};
constexpr std::string_view kCounter = ".num_batches_tracked";

bool is_floating_point(const WeightEntry& entry) {
  return std::ranges::find(kFloatingPoint, entry.dtype) != kFloatingPoint.end();
}

bool is_integer(const WeightEntry& entry) {
  return std::ranges::find(kIntegers, entry.dtype) != kIntegers.end();
}

std::string quoted(const std::string& name) { return "'" + printable(name) + "'"; }

class Matcher {
 public:
  Matcher(const std::vector<WeightEntry>& given, const std::string& head)
      : given_(given), head_(head.empty() ? "" : head + "."), used_(given.size(), false) {
    for (std::size_t i = 0; i < given.size(); ++i) by_name_.emplace(given[i].name, i);
    for (std::size_t i = 0; i < given.size(); ++i)
      by_torchvision_name_.emplace(torchvision_name(given[i].name), i);
  }

  WeightsMatch match(const std::vector<WeightEntry>& needed, const std::string& where) {
    WeightsMatch match;
    for (const auto& entry : needed) match.sources.push_back(source(entry));
    for (std::size_t i = 0; i < given_.size(); ++i)
      if (!used_[i])
        errors_.push_back(quoted(given_[i].name) + " " + shape_text(given_[i].shape) +
                          " is not part of the network");
    if (!errors_.empty()) refuse(where);
    match.notes = std::move(notes_);
    return match;
  }

 private:
  WeightSource source(const WeightEntry& needed) {
    const auto index = find(needed.name);
    if (!index) {
      if (needed.name.ends_with(kCounter)) return {WeightSource::From::zero, 0};
      errors_.push_back(quoted(needed.name) + " is missing, the network needs " +
                        shape_text(needed.shape));
      return {};
    }
    used_[*index] = true;
    const auto& given = given_[*index];
    if (given.shape != needed.shape && has_other_classes(needed, given)) {
      if (notes_.empty())
        notes_.push_back("the head is new: " + quoted(given.name) + " is for " +
                         std::to_string(given.shape.front()) + " classes, the network has " +
                         std::to_string(needed.shape.front()));
      return {WeightSource::From::network, 0};
    }
    if (given.shape != needed.shape)
      errors_.push_back(quoted(given.name) + " has the shape " + shape_text(given.shape) +
                        ", the network needs " + shape_text(needed.shape));
    else if (is_floating_point(needed) ? !is_floating_point(given) : !is_integer(given))
      errors_.push_back(quoted(given.name) + " has the type " + given.dtype +
                        ", the network needs " +
                        (is_floating_point(needed) ? "floating point" : "integers"));
    return {WeightSource::From::file, *index};
  }

  std::optional<std::size_t> find(const std::string& name) const {
    if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
    const auto found = by_torchvision_name_.find(name);
    return found == by_torchvision_name_.end() ? std::nullopt : std::optional(found->second);
  }

  /// Whether the entry belongs to the head and differs only in the number of classes.
  bool has_other_classes(const WeightEntry& needed, const WeightEntry& given) const {
    return !head_.empty() && needed.name.starts_with(head_) && !needed.shape.empty() &&
           needed.shape.size() == given.shape.size() &&
           std::equal(needed.shape.begin() + 1, needed.shape.end(), given.shape.begin() + 1);
  }

  [[noreturn]] void refuse(const std::string& where) const {
    std::vector<std::string> lines;
    for (const auto& line : errors_) {
      if (lines.size() == kMostLines) break;
      lines.push_back(where + ": " + line);
    }
    if (errors_.size() > kMostLines)
      lines.push_back(where + ": … and " + std::to_string(errors_.size() - kMostLines) +
                      " more that do not fit; are these the weights of another network?");
    throw InvalidInput(lines);
  }

  const std::vector<WeightEntry>& given_;
  std::string head_;
  std::vector<bool> used_;
  std::map<std::string, std::size_t> by_name_;  // indices into given_
  std::map<std::string, std::size_t> by_torchvision_name_;
  std::vector<std::string> errors_;
  std::vector<std::string> notes_;
};

}  // namespace

WeightsMatch match_weights(const std::vector<WeightEntry>& needed,
                           const std::vector<WeightEntry>& given, const std::string& where,
                           const std::string& head) {
  return Matcher(given, head).match(needed, where);
}

std::string torchvision_name(const std::string& name) {
  constexpr std::string_view kLinear = "linear.";
  constexpr std::string_view kShortcut = ".shortcut.";
  auto result = name;
  if (result.starts_with(kLinear)) result.replace(0, kLinear.size(), "fc.");
  if (const auto at = result.find(kShortcut); at != std::string::npos)
    result.replace(at, kShortcut.size(), ".downsample.");
  return result;
}

std::vector<std::string> assumptions(const NetworkSpec& spec,
                                     const std::vector<std::string>& given) {
  std::vector<std::string> lines;
  const auto& table = network_settings();
  for (const auto& setting : table) {
    const bool known = std::ranges::find(kNotInWeights, setting.name) == kNotInWeights.end() ||
                       std::ranges::find(given, setting.name) != given.end();
    if (!known && table.unused(setting, spec).empty())
      lines.push_back("assumed: " + setting.name + "=" + to_text(table.get(setting, spec)) + " (" +
                      setting.meaning + "; " + expected(setting) + ")");
  }
  return lines;
}

}  // namespace reslab
