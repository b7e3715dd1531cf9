#include "app/command/version.h"

#include <cstdio>

#include <fmt/format.h>

#include "app/command/command.h"
#include "app/runs/environment.h"

namespace reslab::app {

int print_version() {
  const auto environment = read_environment();
  fmt::print("reslab {}\nLibTorch {} ({})\nprocessor {}\n", environment.version, environment.torch,
             environment.torch_library, environment.processor);
  return kDone;
}

}  // namespace reslab::app
