#include "app/runs/data_sets.h"

#include <algorithm>

namespace reslab::app {

std::vector<RunsOfData> by_data(const Experiment& experiment) {
  std::vector<RunsOfData> groups;
  for (std::size_t i = 0; i < experiment.runs.size(); ++i) {
    const auto& data = experiment.runs[i].data;
    const auto same = std::ranges::find_if(groups, [&](const RunsOfData& group) {
      const auto& other = experiment.runs[group.runs.front()].data;
      return other.source == data.source && other.validation == data.validation;
    });
    if (same != groups.end())
      same->runs.push_back(i);
    else
      groups.push_back({make_source(data), {i}});
  }
  return groups;
}

}  // namespace reslab::app
