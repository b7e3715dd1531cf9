#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "folder.h"
#include "lib/python.h"

namespace reslab {

constexpr auto kCheckpointPackages = "numpy safetensors torch";

/// A temporary directory of files that Python's PyTorch wrote (tests/reference/checkpoints.py).
/// Needs Python with kCheckpointPackages.
class CheckpointFiles {
 public:
  /// `what` is "formats" or "networks".
  explicit CheckpointFiles(const std::string& what) {
    const auto command = std::string("\"" RESLAB_PYTHON "\" -B \"" RESLAB_CHECKPOINTS "\" ") +
                         what + " \"" + folder_.path().string() + "\"";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  }

  std::filesystem::path operator/(const std::string& name) const { return folder_.path() / name; }

 private:
  Folder folder_;
};

}  // namespace reslab
