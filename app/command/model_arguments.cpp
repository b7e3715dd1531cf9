#include "app/command/model_arguments.h"

#include "reslab/error.h"

namespace reslab::app {

void add_model_arguments(cxxopts::Options& options) {
  const auto text = [] { return cxxopts::value<std::string>()->default_value(""); };
  options.add_options()("weights",
                        "what NETWORK's weights are: safetensors, or a checkpoint of "
                        "Python's (.pth, .th, .pt)",
                        text(), "FILE")(
      "data", "a data set and where it is; of a run: where its data are now", text(), "NAME[:DIR]")(
      "normalize", "how images are normalised, as in an experiment, where the weights do not say",
      text(), "VALUE")("model", "", cxxopts::value<std::vector<std::string>>());
}

ModelSource read_model_arguments(const cxxopts::ParseResult& given,
                                 const cxxopts::Options& options) {
  const auto models = values_of(given, "model");
  if (models.empty())
    throw InvalidInput(options.program() +
                       ": no model given, expected a run's directory, as "
                       "runs/demo/resnet-20/seed-1, or NETWORK --weights FILE");
  return {models.front(), given["weights"].as<std::string>(), given["data"].as<std::string>(),
          given["normalize"].as<std::string>()};
}

}  // namespace reslab::app
