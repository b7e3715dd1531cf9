#include "app/command/model_arguments.h"

#include <utility>

#include "reslab/base/error.h"
#include "reslab/data/image_file.h"

namespace reslab::app {

namespace {

/// The value of an option that is a length in pixels; 0 if it is absent.
int pixels(const cxxopts::ParseResult& parsed, const std::string& option) {
  return parsed.count(option) == 0 ? 0
                                   : static_cast<int>(integer_of(parsed, option, 1, kLargestSide));
}

}  // namespace

std::optional<ModelArguments> parse_model_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv,
                                                    const std::string& after) {
  const auto text = [] { return cxxopts::value<std::string>(); };
  auto add = options.add_options();
  add("weights",
      "Weights of NETWORK: a safetensors file, a Python checkpoint (.pth, .th, .pt) or a run's "
      "directory; SECTION names one of several sets of weights",
      text(), "FILE[:SECTION]");
  add("data", "Data set and its directory; for a run, the new directory of its data", text(),
      "DATASET[:DIR]");
  add("normalize", "Normalisation of the images, as in an experiment; default: that of the weights",
      text(), "VALUE");
  add("size", "Side of the network's input in pixels; default: that of the weights", text(),
      "PIXELS");
  add("short-side",
      "Length of an image's shorter side before the centre crop; default: that of the weights",
      text(), "PIXELS");
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
  return ModelArguments{
      *parsed,
      {model, value_of(*parsed, "weights"), value_of(*parsed, "data"),
       value_of(*parsed, "normalize"), pixels(*parsed, "size"), pixels(*parsed, "short-side")},
      rest};
}

}  // namespace reslab::app
