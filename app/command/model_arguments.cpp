#include "app/command/model_arguments.h"

#include <utility>

#include "reslab/base/error.h"

namespace reslab::app {

std::optional<ModelArguments> parse_model_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv) {
  const auto text = [] { return cxxopts::value<std::string>(); };
  options.add_options()("weights",
                        "Weights of NETWORK: a safetensors file, a Python checkpoint (.pth, .th, "
                        ".pt) or a run's directory",
                        text(), "FILE")(
      "data", "Data set and its directory; for a run, the new directory of its data", text(),
      "DATASET[:DIR]")(
      "normalize", "Normalisation of the images, as in an experiment; default: that of the weights",
      text(), "VALUE")("model", "", cxxopts::value<std::vector<std::string>>());
  options.parse_positional("model");
  auto parsed = parse_arguments(options, argc, argv);
  if (!parsed) return std::nullopt;
  const auto models = values_of(*parsed, "model");
  if (models.empty())
    throw InvalidInput(options.program() +
                       ": no model given, expected a run's directory such as "
                       "runs/demo/resnet-20/seed-1, or NETWORK --weights FILE");
  ModelSource source{models.front(), value_of(*parsed, "weights"), value_of(*parsed, "data"),
                     value_of(*parsed, "normalize")};
  return ModelArguments{*parsed, std::move(source), {models.begin() + 1, models.end()}};
}

void expect_one_model(const ModelArguments& arguments, const cxxopts::Options& options) {
  if (!arguments.rest.empty())
    throw InvalidInput(options.program() + ": expected one model, found '" +
                       arguments.rest.front() + "' too");
}

}  // namespace reslab::app
