#pragma once

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <new>
#include <span>
#include <string>

#include <unistd.h>

#include "app/command/command.h"
#include "reslab/base/error.h"

namespace reslab::app {

/// Prints that memory ran out and ends the process. The program installs this function with
/// std::set_new_handler. An exception would be unsafe: if memory runs out while a value is made or
/// copied, libstdc++'s std::variant and nlohmann::json leave values that cannot be destroyed.
[[noreturn]] inline void end_without_memory() {
  std::fputs("reslab: not enough memory\n", stderr);
  _exit(kFailed);
}

/// The body of a program's main(): gives the arguments after the program's name to `dispatch`,
/// which returns the exit code, and prints the errors that it throws.
template <class Dispatch>
int run_main(int argc, char** argv, Dispatch dispatch) {
  std::set_new_handler(end_without_memory);
  try {
    const int code = dispatch(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    errno = 0;
    if (!std::cout.flush() || std::fflush(stdout) != 0)
      throw IoError(std::string("standard output: ") +
                    (errno != 0 ? std::strerror(errno) : "cannot be written"));
    return code;
  } catch (const std::exception& error) {
    for (const auto& line : lines_of(error)) std::fputs(("reslab: " + line + "\n").c_str(), stderr);
    return dynamic_cast<const InvalidInput*>(&error) != nullptr ? kInvalidInput : kFailed;
  }
}

}  // namespace reslab::app
