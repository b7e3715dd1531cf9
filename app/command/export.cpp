#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command/command.h"
#include "app/command/model_arguments.h"
#include "app/inference/trained_model.h"
#include "app/runs/messages.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

/// The export format named by `text`, or the one that the file's ending stands for. Throws
/// InvalidInput if there is none, or if the file's ending belongs to another format.
ExportFormat read_format(const std::string& text, const std::filesystem::path& file) {
  std::vector<std::string> names;
  const ExportFormatEntry* named = nullptr;
  const ExportFormatEntry* by_ending = nullptr;
  for (const auto& entry : export_formats()) {
    names.push_back(entry.name);
    if (entry.name == text) named = &entry;
    if (entry.ending == file.extension()) by_ending = &entry;
  }
  if (text.empty() && by_ending != nullptr) return by_ending->format;
  if (named == nullptr)
    throw InvalidInput("--format: expected " + fmt::format("{}", fmt::join(names, ", ")) +
                       (text.empty() ? "" : ", found '" + text + "'" + suggestion(text, names)));
  if (by_ending != nullptr && by_ending != named)
    throw InvalidInput(fmt::format("-o {}: files of --format {} end in {}, those of {} in {}",
                                   file.string(), named->name, named->ending, by_ending->name,
                                   by_ending->ending));
  return named->format;
}

}  // namespace

int export_command(int argc, const char* const* argv) {
  const auto arguments = parse_model_arguments("export", argc, argv);
  if (!arguments) return kDone;
  const auto& parsed = arguments->parsed;
  const auto path = value_of(parsed, "output");
  if (path.empty()) throw InvalidInput("no file given, expected -o FILE");
  const auto format = read_format(value_of(parsed, "format"), path);

  const auto model = load_model(arguments->source);
  for (const auto& line : model.notes) note(line);
  export_model(model, format, path, parsed.count("raw-input") > 0);
  note("wrote " + path);
  return kDone;
}

}  // namespace reslab::app
