#include "app/command/list.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/command/help.h"
#include "app/command/pager.h"
#include "app/config/experiment.h"
#include "app/config/key_names.h"
#include "app/config/schema.h"
#include "app/config/settings_reader.h"
#include "app/runs/terminal.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/export_format.h"
#include "reslab/train/diagnostics_options.h"

namespace reslab::app {
namespace {

constexpr std::size_t kColumns = 80;

std::string entry(const std::string& name, const std::string& meaning) {
  constexpr std::size_t kColumn = 22;  // of meanings
  return entry_text(name, meaning, kColumn, 1, kColumns);
}

/// The values of a setting and its default, in parentheses; nothing for a text without a default.
std::string range_and_default(const Setting& setting) {
  const auto value = to_text(setting.initial);
  if (setting.type == Setting::Type::text && value.empty()) return "";
  return fmt::format("({}; default {})", expected(setting), value.empty() ? "none" : value);
}

std::string setting_entry(const Setting& setting) {
  if (setting.type == Setting::Type::group)
    return entry(setting.name, setting.meaning +
                                   (setting.optional ? " (absent unless given)" : "") +
                                   ": reslab list " + setting.name);
  return entry(setting.name, setting.meaning + " " + range_and_default(setting));
}

/// The settings of a table. Settings of one kind stand below the kind's name.
std::string table_text(const std::vector<Setting>& table) {
  std::string text;
  if (const auto* kind = kind_row(table)) {
    for (const auto& name : kind->choices) {
      const bool initial = SettingValue(name) == kind->initial;
      text += fmt::format("\"{}\": \"{}\"{}\n", kind->name, name, initial ? " (the default)" : "");
      for (const auto& row : table)
        if (row.kind == name) text += setting_entry(row);
    }
    if (std::ranges::any_of(table,
                            [](const Setting& row) { return !row.is_kind && row.kind.empty(); }))
      text += "\nwith each of them\n";
  }
  for (const auto& row : table)
    if (!row.is_kind && row.kind.empty()) text += setting_entry(row);
  return text;
}

using Topics = std::vector<std::pair<std::string, const Setting*>>;

/// Every group of an experiment file, with its JSON pointer.
const Topics& groups() {
  static const Topics topics = [] {
    Topics all;
    visit_settings(experiment_settings().list(), "",
                   [&all](const std::string& pointer, const Setting& setting) {
                     if (setting.type == Setting::Type::group) all.emplace_back(pointer, &setting);
                   });
    return all;
  }();
  return topics;
}

std::string overview() {
  return "reslab list SUBJECT shows one of\n\n" +
         entry("experiment", "the keys of an experiment file: name, extends, seeds, …") +
         entry("networks", "names of networks and their settings") +
         entry("data", "data sets; also normalize, augment") +
         entry("recipe",
               "how networks are trained; also optimizer, learning_rate, batch_norm, ema") +
         entry("claims", "the grammar of expect") +
         entry("diagnostics", "what is measured in layers") +
         entry("export", "formats for other programs") +
         "\nreslab list SETTING shows a setting, for example reslab list batch.\n"
         "reslab list --json prints the JSON Schema with which editors complete keys.\n\n"
         "A small experiment file:\n\n"
         "  {\n"
         "    \"name\": \"first\",\n"
         "    \"data\": \"shapes\",\n"
         "    \"networks\": [\"plain-20\", \"resnet-20\"],\n"
         "    \"recipe\": {\"epochs\": 2, \"batch\": 32, \"learning_rate\": 0.05}\n"
         "  }\n";
}

std::string experiment_page() {
  std::string text = "The keys of an experiment file. Only name and networks are necessary.\n\n";
  const auto top = [](const std::string& name) {
    return setting_entry(*experiment_settings().find(name));
  };
  text += top("name") + top("why");
  text += entry("extends",
                "file that this one changes; the path is relative to this file. Objects are merged "
                "key by key, other values replaced; null removes a key");
  text += top("data") + top("network");
  text += entry("networks",
                "networks to train: a name, an object of settings, or a list of both. A list "
                "inside an object multiplies: {\"connection\": [\"plain\", \"residual\"], "
                "\"depth\": [20, 56]} is "
                "four networks. An object may have a recipe of its own: reslab list networks");
  text +=
      top("recipe") + top("seeds") + top("diagnostics") + top("export") + top("checkpoint_every");
  text += entry("vary",
                "lists of values by the pointers to their settings; they multiply the networks: "
                "{\"/recipe/batch\": [64, 128]}. docs/SWEEPS.md describes it");
  text += entry("expect", "claims about the results: reslab list claims");
  text += top("$schema");
  return text;
}

std::string networks_page() {
  return paragraph(
             "Networks: plain-DEPTH, resnet-DEPTH, highway-DEPTH, wide-DEPTH, vgg-DEPTH and "
             "alexnet, with settings as in resnet-34:shortcut=C. 18, 34, 50, 101 and 152 are of "
             "the ImageNet family, 164 and 1001 CIFAR bottlenecks, highway-19 of the highway "
             "family, every other 6n+2 CIFAR networks of basic blocks. The same settings are keys "
             "in network and networks. The defaults below are those of resnet-20.",
             kColumns) +
         "\n" + table_text(network_settings().list());
}

std::string claims_page() {
  std::string text =
      "expect is a list of claims about the results, checked at the end of a run:\n\n"
      "  {\"claim\": \"the deeper plain network trains worse\",\n"
      "   \"value\": {\"run\": \"plain-56\", \"metric\": \"train_error\"},\n"
      "   \"above\": {\"run\": \"plain-20\", \"metric\": \"train_error\"}, \"by\": 2}\n\n"
      "A claim has\n";
  text += entry("claim", "its text, for readers");
  text += entry("value", "what is measured, see below");
  text +=
      entry("above, below", "a number or another value; a claim has one of above, below, between");
  text +=
      entry("by",
            "with above and below: the smallest difference in points; 0: an equal value meets the "
            "claim; negative: the value may be that far on the wrong side");
  text += entry("between", "[lowest, highest]; both meet the claim");
  text += entry("paper", "the paper's number, which the report shows beside the result");
  text += "\nA value is the mean over the seeds of the last record, unless it says otherwise\n";
  for (const auto& setting : measure_settings()) {
    const bool number = setting.name == "at" || setting.name == "over_last";
    const auto meaning =
        setting.name == "metric"
            ? setting.meaning + ": " + joined(setting.choices, ", ", std::identity())
        : number                   ? setting.meaning + " (" + expected(setting) + ")"
        : setting.name == "layers" ? setting.meaning + " " + range_and_default(setting)
                                   : setting.meaning;
    text += entry(setting.name, meaning);
  }
  text += "\nErrors are in percent.\n";
  return text;
}

std::string diagnostics_page() {
  std::string text = "diagnostics: values that layers.csv records for every layer\n\n";
  for (const auto& kind : diagnostics()) text += entry(kind.name, kind.meaning);
  return text + "\nExample: \"diagnostics\": [\"gradient_norm\"]\n";
}

std::string export_page() {
  std::string text = "export: formats in which a run writes its trained network\n\n";
  for (const auto& format : export_formats())
    text +=
        entry(format.name, format.meaning + (format.format == ExportFormat::safetensors
                                                 ? " (every run writes it; export does not list it)"
                                                 : ": model" + format.ending));
  return text + "\nExample: \"export\": [\"onnx\"]. reslab export converts a network later.\n";
}

using Page = std::string (*)();

/// The pages that show more than the settings of one group.
const std::vector<std::pair<std::string, Page>>& pages() {
  static const std::vector<std::pair<std::string, Page>> all = {
      {"experiment", experiment_page}, {"networks", networks_page},
      {"network", networks_page},      {"claims", claims_page},
      {"expect", claims_page},         {"diagnostics", diagnostics_page},
      {"export", export_page}};
  return all;
}

std::string group_page(const std::string& pointer, const Setting& group) {
  return paragraph(pointer + ": " + group.meaning, kColumns) + "\n" + table_text(group.members);
}

/// The entries of all settings that have this name in ResLab or in other programs.
std::string setting_pages(const std::string& name) {
  std::string text;
  for (const auto& pointer : pointers_of(name))
    for (const auto* setting : settings_at(experiment_settings().list(), pointer)) {
      text += pointer + (setting->kind.empty() ? "" : " (" + setting->kind + ")") + "\n";
      text += setting->type == Setting::Type::group
                  ? setting_entry(*setting)
                  : paragraph(setting->meaning, kColumns) +
                        paragraph(range_and_default(*setting), kColumns);
    }
  return text;
}

}  // namespace

std::vector<std::string> list_topics() {
  std::vector<std::string> topics;
  for (const auto& [name, page] : pages())
    if (name != "network" && name != "expect") topics.push_back(name);
  for (const auto& [pointer, group] : groups())
    if (std::ranges::find(topics, group->name) == topics.end() && group->name != "network")
      topics.push_back(group->name);
  return topics;
}

std::string list_page(const std::string& name) {
  if (name.empty()) return overview();
  for (const auto& [topic, page] : pages())
    if (topic == name) return page();
  for (const auto& [pointer, group] : groups())
    if (group->name == name || pointer == name || pointer == "/" + name)
      return group_page(pointer, *group);
  if (auto text = setting_pages(name.substr(name.rfind('/') + 1)); !text.empty()) return text;
  throw InvalidInput("reslab list: no subject or setting is named " + in_quotes(name) +
                     suggestion(name, list_topics()));
}

int list_command(int argc, const char* const* argv) {
  const auto given = parse_arguments("list", argc, argv);
  if (!given) return kDone;
  if (given->count("json") > 0) {
    fmt::print("{}\n", schema().dump(2));
    return kDone;
  }
  const auto names = positional_of(*given);
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : "\n") + list_page(name);
  print_paged(names.empty() ? list_page("") : text);
  return kDone;
}

}  // namespace reslab::app
