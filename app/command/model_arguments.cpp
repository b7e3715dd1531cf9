#include "app/command/model_arguments.h"

#include <utility>

#include "reslab/base/error.h"

namespace reslab::app {

std::optional<ModelArguments> parse_model_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv) {
  const auto text = [] { return cxxopts::value<std::string>()->default_value(""); };
  options.add_options()("weights",
                        "what NETWORK's weights are: safetensors, or a checkpoint of "
                        "Python's (.pth, .th, .pt)",
                        text(), "FILE")(
      "data", "a data set and where it is; of a run: where its data are now", text(), "NAME[:DIR]")(
      "normalize", "how images are normalised, as in an experiment, where the weights do not say",
      text(), "VALUE")("model", "", cxxopts::value<std::vector<std::string>>());
  options.parse_positional("model");
  auto given = parse_arguments(options, argc, argv);
  if (!given) return std::nullopt;
  const auto models = values_of(*given, "model");
  if (models.empty())
    throw InvalidInput(options.program() +
                       ": no model given, expected a run's directory, as "
                       "runs/demo/resnet-20/seed-1, or NETWORK --weights FILE");
  const auto text_of = [&given](const char* option) { return (*given)[option].as<std::string>(); };
  ModelSource source{models.front(), text_of("weights"), text_of("data"), text_of("normalize")};
  return ModelArguments{*given, std::move(source), {models.begin() + 1, models.end()}};
}

void expect_one_model(const ModelArguments& arguments, const cxxopts::Options& options) {
  if (!arguments.others.empty())
    throw InvalidInput(options.program() + ": expected one model, found '" +
                       arguments.others.front() + "' too");
}

}  // namespace reslab::app
