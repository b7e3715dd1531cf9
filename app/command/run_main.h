#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <span>
#include <string>

#include <fmt/format.h>

#include "app/command/command.h"
#include "reslab/base/error.h"

namespace reslab::app {

/// The body of a program's main(): gives the arguments after the program's name to `dispatch`,
/// which returns the exit code, and prints the errors that it throws.
template <class Dispatch>
int run_main(int argc, char** argv, Dispatch dispatch) {
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

}  // namespace reslab::app
