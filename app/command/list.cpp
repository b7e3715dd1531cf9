#include <string>

#include <fmt/format.h>

#include "app/command/arguments.h"
#include "app/command/command.h"
#include "app/config/schema.h"
#include "reslab/data/options.h"
#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {
namespace {

void print_settings(const Settings& settings, std::size_t indent);

void print_line(std::size_t indent, const std::string& name, const std::string& meaning) {
  constexpr std::size_t kNameColumn = 28;
  fmt::print("{:{}}{:<{}} {}\n", "", indent, name, kNameColumn - indent, meaning);
}

std::string with_default(const Setting& setting) {
  const auto value = to_text(setting.get());
  const auto shown = value.empty() ? std::string("none") : value;
  return fmt::format("{} ({}; default {})", setting.meaning, expected(setting), shown);
}

/// Each kind with its own settings. The group must be of an object that nobody needs.
void print_kinds(const Setting& group, std::size_t indent) {
  const auto usual = group.get();
  for (const auto& kind : group.choices) {
    group.set(kind);
    const bool is_usual = SettingValue(kind) == usual;
    print_line(indent, fmt::format("\"{}\": \"{}\"", group.kind_key, kind),
               is_usual ? "(default)" : "");
    print_settings(group.members(), indent + 2);
  }
  group.set(usual);
}

void print_settings(const Settings& settings, std::size_t indent) {
  for (const auto& setting : settings) {
    if (setting.type != Setting::Type::group) {
      print_line(indent, setting.name, with_default(setting));
      continue;
    }
    print_line(indent, setting.name,
               setting.meaning + (setting.optional ? " (absent unless given)" : ""));
    if (setting.kind_key.empty())
      print_settings(setting.members(), indent + 2);
    else
      print_kinds(setting, indent + 2);
  }
}

}  // namespace

int list_command(int argc, const char* const* argv) {
  cxxopts::Options options("reslab list",
                           "List everything that an experiment file may contain, with defaults.");
  options.add_options()("json", "Print a JSON Schema (draft-07) for editors");
  const auto given = parse_arguments(options, argc, argv);
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
  NetworkSpec network;
  print_settings(settings(network), 2);
  Recipe recipe;
  fmt::print("\nrecipe\n");
  print_settings(settings(recipe), 2);
  DataOptions data;
  fmt::print("\n");
  print_settings({data_setting(data)}, 0);
  return kDone;
}

}  // namespace reslab::app
