#include "reslab/interchange/weights_choice.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string_view>

#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/weight_names.h"

namespace reslab {
namespace {

/// The part of a network that a set of weights fits.
enum class Fit { none, all_but_last_layer, whole };

/// The rank of a section; the lowest is preferred. Averaged weights, which authors evaluate, come
/// first, then the usual keys, then all others.
std::size_t preference(const std::string& section) {
  constexpr std::array<std::string_view, 3> kUsual = {"state_dict", "model", "net"};
  auto words = "_" + section + "_";
  std::ranges::replace(words, '.', '_');
  if (words.find("_ema_") != std::string::npos || words.find("_swa_") != std::string::npos)
    return 0;
  return 1 + static_cast<std::size_t>(std::ranges::find(kUsual, section) - kUsual.begin());
}

std::size_t tensor_count(const WeightsSet& set) { return set.entries.size() + set.unnamed; }

/// Whether a set with this number of tensors may fit the network. Only counters and the last layer
/// may be missing. This check avoids the comparison with each of many small sets.
bool enough(std::size_t tensors, const WantedWeights& wanted) {
  return 2 * tensors >= wanted.entries.size();
}

Fit fit_of(const WeightsSet& set, const std::vector<std::string>& names,
           const WantedWeights& wanted) {
  std::vector<WeightEntry> entries;
  if (!enough(names.size(), wanted)) return Fit::none;
  std::set<std::string> different;
  bool has_layer = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    const auto name = torchvision_name(names[i]);
    if (!different.insert(name).second) return Fit::none;
    has_layer = has_layer || name == wanted.layer + ".weight";
    entries.push_back({names[i], set.entries[i].dtype, set.entries[i].shape});
  }
  try {
    match_weights(wanted.entries, entries, "", wanted.layer, Head::may_differ);
  } catch (const InvalidInput&) {
    return Fit::none;
  }
  return has_layer ? Fit::whole : Fit::all_but_last_layer;
}

/// A set, and the names for its tensors that fit the wanted network best.
struct NamedSet {
  std::size_t index = 0;
  std::vector<std::string> names;
  Fit fit = Fit::none;
};

NamedSet named(const std::vector<WeightsSet>& sets, std::size_t index, const std::string& prefix,
               const WantedWeights& wanted) {
  const auto& set = sets[index];
  NamedSet result{index, weight_names(set.entries, prefix)};
  if (wanted.entries.empty()) return result;
  result.fit = fit_of(set, result.names, wanted);
  if (result.fit == Fit::whole) return result;
  auto shorter = unwrapped_names(result.names);
  const auto fit = fit_of(set, shorter, wanted);
  if (fit > result.fit) result = {index, std::move(shorter), fit};
  return result;
}

/// The prefixes, without their last dot, whose names fit the wanted network. Empty if there is none
/// apart from the prefix that all names share.
std::vector<std::string> fitting_prefixes(const std::vector<WeightsSet>& sets, std::size_t index,
                                          const WantedWeights& wanted) {
  constexpr std::size_t kLonger = 4;  // letters more than torchvision's name: "conv1.0.weight"
  std::vector<std::string> found;
  if (wanted.entries.empty()) return found;
  const auto& first = wanted.entries.front().name;
  std::vector<std::string_view> sorted;
  for (const auto& entry : sets[index].entries) sorted.emplace_back(entry.name);
  std::ranges::sort(sorted);
  const auto count = [&sorted](const std::string& prefix) {
    return static_cast<std::size_t>(std::ranges::lower_bound(sorted, prefix + "/") -  // after '.'
                                    std::ranges::lower_bound(sorted, prefix + "."));
  };
  for (const auto& entry : sets[index].entries)
    for (auto dot = entry.name.find('.'); dot != std::string::npos;
         dot = entry.name.find('.', dot + 1)) {
      const auto rest = entry.name.substr(dot + 1);
      if (rest.size() > first.size() + kLonger || torchvision_name(rest) != first) continue;
      const auto prefix = entry.name.substr(0, dot);
      if (enough(count(prefix), wanted) &&
          named(sets, index, prefix + ".", wanted).fit != Fit::none)
        found.push_back(prefix);
    }
  return found;
}

/// "'a', 'b' and 3 more"
std::string listed(const std::vector<std::string>& texts) {
  constexpr std::size_t kMost = 8;
  const auto shown = std::span(texts).first(std::min(texts.size(), kMost));
  return joined(shown, ", ", [](const auto& text) { return text; }) +
         (texts.size() > kMost ? " and " + std::to_string(texts.size() - kMost) + " more" : "");
}

std::string section_text(const std::string& section) {
  return section.empty() ? "the top level" : "'" + printable(section) + "'";
}

class Chooser {
 public:
  Chooser(const std::vector<WeightsSet>& sets, const WantedWeights& wanted,
          const std::string& where)
      : sets_(sets), wanted_(wanted), where_(where) {
    for (std::size_t i = 0; i < sets.size(); ++i)
      if (sets[i].unnamed == 0 && !is_optimizer_section(sets[i].section)) candidates_.push_back(i);
    std::ranges::stable_sort(candidates_, {}, [&](auto i) { return preference(sets[i].section); });
  }

  WeightsChoice choose() const {
    if (candidates_.empty()) fail("contains only an optimizer's tensors, no weights");
    std::vector<NamedSet> all;
    for (const auto index : candidates_) all.push_back(named(sets_, index, "", wanted_));
    const auto& taken = best(all);
    if (!wanted_.entries.empty() && taken.fit == Fit::none) refuse_prefixes();
    return {taken.index, taken.names, note(all, taken)};
  }

  WeightsChoice choose(const std::string& section) const {
    for (std::size_t i = 0; i < sets_.size(); ++i)
      if (sets_[i].section == section && sets_[i].unnamed == 0)
        return {i, named(sets_, i, "", wanted_).names, ""};
    for (const auto index : candidates_)
      for (const auto& prefix : {section + ".", without(section, sets_[index].section)})
        if (!prefix.empty() && std::ranges::any_of(sets_[index].entries, [&](const auto& entry) {
              return entry.name.starts_with(prefix);
            }))
          return {index, named(sets_, index, prefix, wanted_).names, ""};
    std::vector<std::string> known;
    for (const auto index : candidates_)
      known.push_back(std::to_string(sets_[index].entries.size()) + " tensors at " +
                      section_text(sets_[index].section));
    fail("has no weights '" + printable(section) + "'; it has " + listed(known));
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InvalidInput(where_ + ": " + what);
  }

  /// "PREFIX." if `section` is "SECTION.PREFIX" with the set's section; otherwise empty.
  static std::string without(const std::string& section, const std::string& set) {
    return section.starts_with(set + ".") ? section.substr(set.size() + 1) + "." : "";
  }

  /// The set that fits the network best, the first one of several. If none fits, the first set that
  /// has at least half as many tensors as the largest set.
  const NamedSet& best(const std::vector<NamedSet>& all) const {
    const auto fitting = std::ranges::max_element(all, {}, &NamedSet::fit);  // the first of equals
    if (fitting->fit != Fit::none) return *fitting;
    std::size_t most = 0;
    for (const auto& set : all) most = std::max(most, tensor_count(sets_[set.index]));
    return *std::ranges::find_if(
        all, [&](const auto& set) { return 2 * tensor_count(sets_[set.index]) >= most; });
  }

  /// Throws InvalidInput if the names with a certain prefix fit the network. Only the user knows
  /// which prefix is meant and what the other tensors are for.
  void refuse_prefixes() const {
    for (const auto index : candidates_) {
      const auto found = fitting_prefixes(sets_, index, wanted_);
      if (found.empty()) continue;
      std::vector<std::string> texts;
      for (const auto& prefix : found) {
        const auto& section = sets_[index].section;
        const bool is_short = candidates_.size() == 1 || section.empty();
        texts.push_back(printable(where_ + ":" + (is_short ? "" : section + ".") + prefix, 300));
      }
      fail("has weights of this network beside other tensors; expected FILE:SECTION: " +
           listed(texts));
    }
  }

  std::string note(const std::vector<NamedSet>& all, const NamedSet& taken) const {
    const auto size = tensor_count(sets_[taken.index]);
    std::vector<std::string> others;
    for (const auto& other : all) {
      const auto& set = sets_[other.index];
      const auto is_convolution = [](const auto& entry) { return entry.shape.size() == 4; };
      if (other.index == taken.index || (other.fit == Fit::none && 2 * tensor_count(set) < size &&
                                         std::ranges::none_of(set.entries, is_convolution)))
        continue;
      others.push_back(section_text(set.section) +
                       (taken.fit != Fit::none && other.fit == Fit::none ? " (does not fit)" : ""));
    }
    for (const auto& set : sets_)
      if (set.unnamed >= kFewestUnnamed && 3 * set.unnamed >= size &&
          !is_optimizer_section(set.section))
        others.push_back(section_text(set.section) + " (a list without names)");
    if (others.empty()) return "";
    return where_ + ": used the weights " +
           (sets_[taken.index].section.empty() ? "at the top level"
                                               : section_text(sets_[taken.index].section)) +
           "; it also has " + listed(others) + ": choose with FILE:SECTION";
  }

  static constexpr std::size_t kFewestUnnamed = 3;

  const std::vector<WeightsSet>& sets_;
  const WantedWeights& wanted_;
  const std::string& where_;
  std::vector<std::size_t> candidates_;  // in the order of preference
};

}  // namespace

WeightsChoice choose_weights(const std::vector<WeightsSet>& sets, const std::string& section,
                             const WantedWeights& wanted, const std::string& where) {
  const Chooser chooser(sets, wanted, where);
  return section.empty() ? chooser.choose() : chooser.choose(section);
}

}  // namespace reslab
