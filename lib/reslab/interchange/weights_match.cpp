#include "reslab/interchange/weights_match.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/stored_tensor.h"
#include "reslab/interchange/weights_network.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

constexpr std::size_t kMostLines = 3;
constexpr std::size_t kMostExamples = 3;
constexpr std::array<std::string_view, 4> kFloatingPoint = {"F16", "BF16", "F32", "F64"};
constexpr std::string_view kCounter = ".num_batches_tracked";

bool is_floating_point(const WeightEntry& entry) {
  return std::ranges::find(kFloatingPoint, entry.dtype) != kFloatingPoint.end();
}

std::string quoted(const WeightEntry& entry) {
  return "'" + printable(entry.name) + "' " + shape_text(entry.shape);
}

/// The first entries, as a text: "'conv1.weight' [16, 3, 3, 3], 'bn1.weight' [16], …".
std::string examples(const std::vector<WeightEntry>& entries) {
  const auto shown = std::span(entries).first(std::min(entries.size(), kMostExamples));
  return joined(shown, ", ", quoted) + (entries.size() > kMostExamples ? ", …" : "");
}
std::string examples(const std::vector<std::string>& texts) {
  const auto shown = std::span(texts).first(std::min(texts.size(), kMostExamples));
  return joined(shown, ", ", std::identity()) + (texts.size() > kMostExamples ? ", …" : "");
}

std::string_view first_part(std::string_view name) { return name.substr(0, name.find('.')); }

class Matcher {
 public:
  Matcher(const std::vector<WeightEntry>& given, const std::string& layer)
      : given_(given), head_(layer.empty() ? "" : layer + "."), used_(given.size(), false) {
    for (std::size_t i = 0; i < given.size(); ++i) by_name_.emplace(given[i].name, i);
    for (std::size_t i = 0; i < given.size(); ++i)
      by_torchvision_name_.emplace(torchvision_name(given[i].name), i);
  }

  WeightsMatch match(const std::vector<WeightEntry>& needed, const std::string& where, Head head) {
    WeightsMatch match;
    for (const auto& entry : needed) match.sources.push_back(source(entry));
    sort_superfluous(needed);
    if (!lines_.empty()) refuse(needed, where);
    if (const auto what = head_difference(needed); !what.empty()) {
      if (head == Head::must_fit)
        throw InvalidInput(where + ": " + what +
                           "; expected the weights of a whole network (the setting \"init\" of a "
                           "recipe makes a new last layer)");
      match.notes.push_back("the head is new: " + what);
      for (std::size_t i = 0; i < needed.size(); ++i)
        if (in_head(needed[i].name)) match.sources[i] = {WeightSource::From::network, 0};
    }
    return match;
  }

 private:
  bool in_head(std::string_view name) const { return !head_.empty() && name.starts_with(head_); }

  WeightSource source(const WeightEntry& needed) {
    const auto index = find(needed.name);
    const bool counter = needed.name.ends_with(kCounter);
    if (!index) {
      if (counter) return {WeightSource::From::zero, 0};
      if (in_head(needed.name)) {
        head_fits_ = false;
        missing_head_.push_back(needed);
      } else {
        missing_.push_back(needed);
        lines_.push_back(quoted(needed) + " is missing");
      }
      return {};
    }
    used_[*index] = true;
    const auto& given = given_[*index];
    // Some programs store counters as floating point or as a list of one.
    const bool fits = counter ? std::ranges::all_of(given.shape, [](auto n) { return n == 1; })
                              : given.shape == needed.shape;
    if (!fits && has_other_classes(needed, given)) {
      head_fits_ = false;
      if (!other_classes_) other_classes_ = given;
    } else if (!fits) {
      misshapen_.push_back(quoted(given));
      lines_.push_back("'" + printable(given.name) + "' has the shape " + shape_text(given.shape) +
                       ", the network needs " + shape_text(needed.shape));
    } else if (!counter && !is_floating_point(given)) {
      mistyped_.push_back("'" + printable(given.name) + "' " + given.dtype);
      lines_.push_back("'" + printable(given.name) + "' has the type " + given.dtype +
                       ", the network needs floating point");
    }
    return {WeightSource::From::file, *index};
  }

  std::optional<std::size_t> find(const std::string& name) const {
    if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
    const auto found = by_torchvision_name_.find(name);
    return found == by_torchvision_name_.end() ? std::nullopt : std::optional(found->second);
  }

  /// Whether the entry belongs to the head and differs only in the number of classes.
  bool has_other_classes(const WeightEntry& needed, const WeightEntry& given) const {
    return in_head(needed.name) && !needed.shape.empty() &&
           needed.shape.size() == given.shape.size() &&
           std::equal(needed.shape.begin() + 1, needed.shape.end(), given.shape.begin() + 1);
  }

  /// Sorts entries that the network does not need. If its head is missing, those outside its other
  /// layers are the head of another network.
  void sort_superfluous(const std::vector<WeightEntry>& needed) {
    std::set<std::string_view> body;
    for (const auto& entry : needed)
      if (!in_head(entry.name)) body.insert(first_part(entry.name));
    for (std::size_t i = 0; i < given_.size(); ++i) {
      if (used_[i]) continue;
      const auto own_name = torchvision_name(given_[i].name);
      if (!head_fits_ && (in_head(own_name) || !body.contains(first_part(own_name)))) {
        foreign_.push_back(given_[i]);
        continue;
      }
      superfluous_.push_back(given_[i]);
      lines_.push_back(quoted(given_[i]) + " is not part of the network");
    }
  }

  /// How the head differs from the network's; empty if it fits.
  std::string head_difference(const std::vector<WeightEntry>& needed) const {
    if (head_fits_) return "";
    const auto& own = *std::ranges::find_if(needed, [&](const auto& e) { return in_head(e.name); });
    if (other_classes_)
      return "'" + printable(other_classes_->name) + "' is for " +
             std::to_string(other_classes_->shape.front()) +
             (other_classes_->shape.front() == 1 ? " class" : " classes") + ", the network has " +
             std::to_string(own.shape.front());
    if (foreign_.empty() && missing_head_.size() == 1)
      return "the last layer's " + quoted(missing_head_.front()) + " is missing";
    if (foreign_.empty()) return "the file lacks the last layer, " + quoted(own);
    return "the file's last layer is " + examples(foreign_) + ", the network's is " + quoted(own);
  }

  [[noreturn]] void refuse(const std::vector<WeightEntry>& needed, const std::string& where) const {
    if (lines_.size() <= kMostLines) throw InvalidInput(with_place(lines_, where));
    const auto count = [](const auto& entries, const char* what) {
      return entries.empty() ? ""
                             : std::string("; ") + what + grouped(std::ssize(entries)) + ": " +
                                   examples(entries);
    };
    const auto needs = "the network needs " + std::to_string(needed.size()) + " tensors" +
                       count(missing_, "missing ") + count(misshapen_, "of another shape ") +
                       count(mistyped_, "of another type ") +
                       count(superfluous_, "not part of it ");
    throw InvalidInput(
        with_place({"holds " + counted(std::ssize(given_), "tensor") + ": " + examples(given_),
                    needs, advice(needed)},
                   where));
  }

  /// Text that explains the differences, or names the nearest network.
  std::string advice(const std::vector<WeightEntry>& needed) const {
    const auto has = [this](std::string_view part) {
      return std::ranges::any_of(given_, [part](const auto& entry) {
        return (entry.name + ".").find(part) != std::string::npos;
      });
    };
    const auto is_statistic = [](const auto& entry) {
      return entry.name.ends_with(".running_mean") || entry.name.ends_with(".running_var");
    };
    if (!missing_.empty() && std::ranges::all_of(missing_, is_statistic))
      return "BatchNorm's running means and variances are missing, as in a list of parameters; "
             "expected model.state_dict()";
    if (has(".weight_mask."))
      return "the weights are pruned; expected those after torch.nn.utils.prune.remove";
    if (has(".parametrizations.") || has(".weight_g."))
      return "the weights are parametrized; expected those after "
             "torch.nn.utils.parametrize.remove_parametrizations";
    if (missing_.empty() && misshapen_.empty() && superfluous_.empty())
      return "weights of these types cannot be used; expected F16, BF16, F32 or F64";
    const auto nearest = network_of(given_);
    const auto own = network_of(needed);
    if (nearest && (!own || name(*nearest) != name(*own)))
      return "the nearest network is " + name(*nearest);
    if (std::ranges::any_of(by_torchvision_name_, [](const auto& entry) {
          return entry.first.starts_with("layer1.0.conv1.");
        }))
      return "the names are torchvision's, but no network of ResLab has exactly these layers";
    return "no network has such names; expected torchvision's, such as 'layer1.0.conv1.weight'";
  }

  static std::vector<std::string> with_place(std::vector<std::string> lines,
                                             const std::string& where) {
    for (auto& line : lines) line.insert(0, where + ": ");
    return lines;
  }

  const std::vector<WeightEntry>& given_;
  std::string head_;  // the beginning of its entries' names
  std::vector<bool> used_;
  std::map<std::string, std::size_t> by_name_;  // indices into given_
  std::map<std::string, std::size_t> by_torchvision_name_;
  bool head_fits_ = true;
  std::optional<WeightEntry> other_classes_;  // the head's first entry for another number
  std::vector<WeightEntry> missing_;
  std::vector<WeightEntry> missing_head_;
  std::vector<std::string> misshapen_;  // names and shapes
  std::vector<std::string> mistyped_;   // names and types
  std::vector<WeightEntry> superfluous_;
  std::vector<WeightEntry> foreign_;  // the head of another network
  std::vector<std::string> lines_;    // errors outside the head
};

/// Replaces `from` in the name if it is there.
void replace(std::string& name, std::string_view from, std::string_view to) {
  if (const auto at = name.find(from); at != std::string::npos) name.replace(at, from.size(), to);
}

}  // namespace

WeightsMatch match_weights(const std::vector<WeightEntry>& needed,
                           const std::vector<WeightEntry>& given, const std::string& where,
                           const std::string& layer, Head head) {
  return Matcher(given, layer).match(needed, where, head);
}

std::string torchvision_name(const std::string& name) {
  constexpr std::string_view kFunction = ".residual_function.";
  auto result = name;
  if (name.starts_with("linear.")) replace(result, "linear.", "fc.");
  replace(result, ".shortcut.", ".downsample.");
  if (name.starts_with("conv1.0.")) replace(result, "conv1.0.", "conv1.");
  if (name.starts_with("conv1.1.")) replace(result, "conv1.1.", "bn1.");
  for (const std::string stage : {"1", "2", "3", "4"}) {
    const auto theirs = "conv" + std::to_string(stage.front() - '0' + 1) + "_x.";
    if (name.starts_with(theirs)) replace(result, theirs, "layer" + stage + ".");
  }
  // A block's layers are numbered convolution, BatchNorm, ReLU, convolution, …
  const auto at = result.find(kFunction);
  if (at == std::string::npos) return result;
  const auto digit = at + kFunction.size();
  const int number =
      digit + 1 < result.size() && std::isdigit(result[digit]) && result[digit + 1] == '.'
          ? result[digit] - '0'
          : 2;
  if (number % 3 == 2) return result;
  return result.substr(0, at + 1) + (number % 3 == 0 ? "conv" : "bn") +
         std::to_string(number / 3 + 1) + result.substr(digit + 1);
}

}  // namespace reslab
