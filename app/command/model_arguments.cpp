#include "app/command/model_arguments.h"

#include <utility>

#include "reslab/base/error.h"
#include "reslab/data/image_file.h"

namespace reslab::app {

namespace {

/// The value of an option that is a length in pixels; 0 if it is absent.
int pixels(const cxxopts::ParseResult& parsed, const std::string& option) {
  return parsed.count(option) == 0 ? 0
                                   : static_cast<int>(integer_of(parsed, option, 1, kLargestInput));
}

}  // namespace

std::optional<ModelArguments> parse_model_arguments(const std::string& command, int argc,
                                                    const char* const* argv) {
  auto parsed = parse_arguments(command, argc, argv);
  if (!parsed) return std::nullopt;
  auto rest = positional_of(*parsed);
  if (rest.empty())
    throw InvalidInput(
        "no model given, expected a run's directory such as runs/demo/resnet-20/seed-1, or NETWORK "
        "--weights FILE");
  const auto model = rest.front();
  rest.erase(rest.begin());
  if (command_description(command).arguments == "MODEL" && !rest.empty())
    throw InvalidInput("expected one model, found '" + rest.front() + "' too");
  if (command != "evaluate" && parsed->count("data") > 0 && parsed->count("normalize") == 0)
    throw InvalidInput("--data: has no effect without --normalize, which it is measured for");
  return ModelArguments{
      *parsed,
      {model, value_of(*parsed, "weights"), value_of(*parsed, "data"),
       value_of(*parsed, "normalize"), pixels(*parsed, "size"), pixels(*parsed, "short-side")},
      rest};
}

}  // namespace reslab::app
