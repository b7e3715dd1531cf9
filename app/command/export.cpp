#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command/command.h"
#include "app/command/model_arguments.h"
#include "app/inference/trained_model.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

ExportFormat read_format(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& entry : export_formats()) {
    if (entry.name == text) return entry.format;
    names.push_back(entry.name);
  }
  throw InvalidInput("--format: expected " + fmt::format("{}", fmt::join(names, ", ")) +
                     (text.empty() ? "" : ", found '" + text + "'" + suggestion(text, names)));
}

}  // namespace

int export_command(int argc, const char* const* argv) {
  const auto arguments = parse_model_arguments("export", argc, argv);
  if (!arguments) return kDone;
  const auto& parsed = arguments->parsed;
  const auto format = read_format(value_of(parsed, "format"));
  const auto path = value_of(parsed, "output");
  if (path.empty()) throw InvalidInput("no file given, expected -o FILE");

  const auto model = load_model(arguments->source);
  for (const auto& line : model.notes) fmt::print(stderr, "{}\n", line);
  export_model(model, format, path, parsed.count("raw-input") > 0);
  fmt::print(stderr, "wrote {}\n", path);
  return kDone;
}

}  // namespace reslab::app
