#include <string>

#include <fmt/format.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/config/experiment.h"
#include "app/config/schema.h"

namespace reslab::app {
namespace {

using Rows = std::vector<const Setting*>;

void print_settings(const Rows& settings, std::size_t indent);

void print_line(std::size_t indent, const std::string& name, const std::string& meaning) {
  constexpr std::size_t kNameColumn = 28;
  fmt::print("{:{}}{:<{}} {}\n", "", indent, name, kNameColumn - indent, meaning);
}

std::string with_default(const Setting& setting) {
  const auto value = to_text(setting.initial);
  const auto shown = value.empty() ? std::string("none") : value;
  return fmt::format("{} ({}; default {})", setting.meaning, expected(setting), shown);
}

/// Prints every kind with its own settings.
void print_kinds(const std::vector<Setting>& table, std::size_t indent) {
  const auto& kind = table.front();
  for (const auto& name : kind.choices) {
    print_line(indent, fmt::format("\"{}\": \"{}\"", kind.name, name),
               SettingValue(name) == kind.initial ? "(default)" : "");
    print_settings(rows_of_kind(table, name), indent + 2);
  }
}

void print_table(const std::vector<Setting>& table, std::size_t indent) {
  if (kind_row(table) != nullptr)
    print_kinds(table, indent);
  else
    print_settings(rows_of_kind(table, ""), indent);
}

void print_settings(const Rows& settings, std::size_t indent) {
  for (const auto* setting : settings) {
    if (setting->type != Setting::Type::group) {
      print_line(indent, setting->name, with_default(*setting));
      continue;
    }
    print_line(indent, setting->name,
               setting->meaning + (setting->optional ? " (absent unless given)" : ""));
    print_table(setting->members, indent + 2);
  }
}

}  // namespace

int list_command(int argc, const char* const* argv) {
  const auto given = parse_arguments("list", argc, argv);
  if (!given) return kDone;
  if (given->count("json") > 0) {
    fmt::print("{}\n", schema().dump(2));
    return kDone;
  }
  fmt::print(
      "Networks: plain-DEPTH, resnet-DEPTH, highway-DEPTH, wide-DEPTH, vgg-DEPTH, alexnet, with "
      "settings as in\n"
      "resnet-34:shortcut=C. 18, 34, 50, 101 and 152 are of the ImageNet family, 164 and 1001 "
      "CIFAR\n"
      "bottlenecks, highway-19 the highway family's, every other 6n+2 CIFAR networks of basic "
      "blocks.\nThe defaults below are resnet-20's.\n\n");
  fmt::print("network, networks\n");
  print_table(network_settings().list(), 2);
  fmt::print("\nrecipe\n");
  print_table(recipe_settings().list(), 2);
  fmt::print("\n");
  print_settings({experiment_settings().find("data")}, 0);
  return kDone;
}

}  // namespace reslab::app
