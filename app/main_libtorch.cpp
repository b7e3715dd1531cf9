// The program `reslab-libtorch`: the subcommands that need LibTorch. `reslab` starts it.

#include <map>
#include <span>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "app/command/command.h"
#include "app/command/run_main.h"
#include "app/runs/environment.h"
#include "reslab/base/error.h"
#include "reslab/base/memory.h"
#include "reslab/base/waiting_threads.h"

namespace {

using namespace reslab;
using namespace reslab::app;

const std::map<std::string, CommandFunction> kCommands = {
    {"run", run_command},         {"check", check_command_with_libtorch},
    {"bench", bench_command},     {"describe", describe_command},
    {"predict", predict_command}, {"evaluate", evaluate_command},
    {"export", export_command}};

void print_facts() {
  const auto environment = read_environment();
  fmt::print("reslab {}\nLibTorch {} ({})\nCPU {}\n", environment.version, environment.torch,
             environment.torch_library, environment.processor);
  if (!environment.source.empty()) fmt::print("source: commit {}\n", environment.source);
  for (const auto& [name, value] : facts_of_build()) fmt::print("{}: {}\n", name, value);
}

int dispatch(std::span<char*> arguments) {
  const std::string name = arguments.empty() ? "" : arguments[0];
  if (name == "--version") {
    const std::string option = arguments.size() > 1 ? arguments[1] : "--verbose";
    if (option != "--verbose" && option != "-v")
      throw InvalidInput("unexpected argument '" + option + "', expected --verbose");
    return print_facts(), kDone;
  }
  const auto found = kCommands.find(name);
  if (found == kCommands.end())
    throw InvalidInput("'" + name + "' is no subcommand of reslab-libtorch; expected `reslab`");
  return found->second(static_cast<int>(arguments.size()), arguments.data());
}

}  // namespace

int main(int argc, char** argv) {
  if (limit_spinning()) execv("/proc/self/exe", argv);  // not started by `reslab`
  keep_freed_memory();
  return run_main(argc, argv, dispatch);
}
