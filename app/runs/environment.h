#pragma once

#include <string>

namespace reslab::app {

/// What a result depends on besides its experiment: recorded in every run.json.
struct Environment {
  std::string version;        // of ResLab
  std::string source;         // the source's commit, "-dirty" when it was changed; empty if unknown
  std::string torch;          // version of LibTorch's headers
  std::string torch_library;  // the library file that is really loaded
  std::string instructions;   // the instruction set that LibTorch uses: DEFAULT, AVX2, AVX512 …
  std::string processor;
  bool bfloat16 = false;  // whether the processor multiplies bfloat16 numbers
};

Environment read_environment();

}  // namespace reslab::app
