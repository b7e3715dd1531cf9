#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace reslab {

/// A new empty directory for one test, removed with its contents at the end. Its name is unique, so
/// tests can run in parallel.
class Folder {
 public:
  Folder() {
    auto name = (std::filesystem::temp_directory_path() / "reslab-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot create the directory " + name);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// The path of a file in the folder.
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

  /// Writes a file, creates its parent directories and returns its path.
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return *this / name;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace reslab
