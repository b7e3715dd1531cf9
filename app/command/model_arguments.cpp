#include "app/command/model_arguments.h"

#include <utility>

#include "reslab/base/error.h"

namespace reslab::app {

std::optional<ModelArguments> parse_model_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv,
                                                    const std::string& after) {
  const auto text = [] { return cxxopts::value<std::string>(); };
  auto add = options.add_options();
  add("weights",
      "Weights of NETWORK: a safetensors file, a Python checkpoint (.pth, .th, .pt) or a run's "
      "directory",
      text(), "FILE");
  add("data", "Data set and its directory; for a run, the new directory of its data", text(),
      "DATASET[:DIR]");
  add("normalize", "Normalisation of the images, as in an experiment; default: that of the weights",
      text(), "VALUE");
  auto parsed = parse_arguments(options, argc, argv, after.empty() ? "MODEL" : "MODEL " + after);
  if (!parsed) return std::nullopt;
  auto rest = positional_of(*parsed);
  if (rest.empty())
    throw InvalidInput(
        "no model given, expected a run's directory such as runs/demo/resnet-20/seed-1, or NETWORK "
        "--weights FILE");
  const auto model = rest.front();
  rest.erase(rest.begin());
  if (after.empty() && !rest.empty())
    throw InvalidInput("expected one model, found '" + rest.front() + "' too");
  return ModelArguments{*parsed,
                        {model, value_of(*parsed, "weights"), value_of(*parsed, "data"),
                         value_of(*parsed, "normalize")},
                        rest};
}

}  // namespace reslab::app
