#include "reslab/interchange/assumptions.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace reslab {
namespace {

constexpr std::array<std::string_view, 2> kNotInWeights = {"padding", "stride_in"};

}  // namespace

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
