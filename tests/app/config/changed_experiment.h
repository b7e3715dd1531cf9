#pragma once

#include <string>
#include <vector>

#include "app/config/experiment.h"

namespace reslab::app {

/// The file with a name and one network, changed.
inline Document changed(const std::string& changes) {
  Json file = Json::parse(R"({"name": "a", "networks": [{"depth": 20}]})");
  file.merge_patch(Json::parse(changes));
  return {"x.json", file};
}

inline Experiment read_changed(const std::string& changes) {
  return read_experiment(changed(changes));
}

/// "resnet-20/1" for each run: its name and seed.
inline std::vector<std::string> names(const Experiment& experiment) {
  std::vector<std::string> list;
  for (const auto& run : experiment.runs) list.push_back(run.name + "/" + std::to_string(run.seed));
  return list;
}

}  // namespace reslab::app
