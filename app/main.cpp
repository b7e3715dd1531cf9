#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <span>

#include <fmt/format.h>

#include "app/command/command.h"
#include "app/command/help.h"
#include "app/runs/environment.h"
#include "reslab/base/error.h"
#include "reslab/base/memory.h"

namespace {

using namespace reslab;
using namespace reslab::app;

void print_version(bool verbose) {
  const auto environment = read_environment();
  fmt::print("reslab {}\nLibTorch {} ({})\nCPU {}\n", environment.version, environment.torch,
             environment.torch_library, environment.processor);
  if (!verbose) return;
  if (!environment.source.empty()) fmt::print("source: commit {}\n", environment.source);
  for (const auto& [name, value] : facts_of_build()) fmt::print("{}: {}\n", name, value);
}

int dispatch(std::span<char*> arguments) {
  const std::string name = arguments.empty() ? "--help" : arguments[0];
  if (name == "--version") {
    const std::string option = arguments.size() > 1 ? arguments[1] : "";
    if (!option.empty() && option != "--verbose" && option != "-v")
      throw InvalidInput("unexpected argument '" + option + "', expected --verbose");
    return print_version(!option.empty()), kDone;
  }
  if (name == "--help" || name == "help" || name == "-h") {
    fmt::print("{}", program_help(help_columns()));
    return arguments.empty() ? kInvalidInput : kDone;
  }
  const auto& command = command_description(name);
  return commands().at(command.name)(static_cast<int>(arguments.size()), arguments.data());
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  try {
    const int code = dispatch(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (!std::cout.flush() || std::fflush(stdout) != 0)
      throw IoError(std::string("standard output: ") + std::strerror(errno));
    return code;
  } catch (const std::exception& error) {
    for (const auto& line : lines_of(error)) fmt::print(stderr, "reslab: {}\n", line);
    return dynamic_cast<const InvalidInput*>(&error) != nullptr ? kInvalidInput : kFailed;
  }
}
