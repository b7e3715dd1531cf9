#pragma once

#include <string>
#include <utility>
#include <vector>

namespace reslab::app {

/// Versions and hardware that a result depends on. Every run.json records them.
struct Environment {
  std::string version;        // of ResLab
  std::string source;         // commit, with "-dirty" if files were changed; empty if unknown
  std::string torch;          // version of LibTorch's headers
  std::string torch_library;  // path of the library that is loaded
  std::string instructions;   // instruction set that LibTorch uses: DEFAULT, AVX2, AVX512 …
  std::string processor;      // model name of the CPU
};

/// The rest of the first line of `text` that contains the marker, or "unknown".
std::string text_after(const std::string& marker, const std::string& text);

/// The environment without `torch_library` and `instructions`, which only LibTorch knows.
Environment basic_environment();

// The rest needs LibTorch.

Environment read_environment();

/// Facts about the program and the machine: back ends, instruction set, threads, devices, optional
/// libraries. Each fact is a name and its value.
std::vector<std::pair<std::string, std::string>> facts_of_build();

}  // namespace reslab::app
