#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reslab {

/// A folder of files that Python's PyTorch wrote (tests/reference/checkpoints.py), removed at the
/// end. `what`: "formats" or "networks".
class CheckpointFiles {
 public:
  explicit CheckpointFiles(const std::string& what)
      : path_(std::filesystem::path(testing::TempDir()) /
              ("reslab-" + what + "-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
    const auto command = std::string("\"" RESLAB_PYTHON "\" -B \"" RESLAB_CHECKPOINTS "\" ") +
                         what + " \"" + path_.string() + "\"";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  }
  ~CheckpointFiles() { std::filesystem::remove_all(path_); }
  CheckpointFiles(const CheckpointFiles&) = delete;
  CheckpointFiles& operator=(const CheckpointFiles&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace reslab
