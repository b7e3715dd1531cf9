#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "reslab/data/folder_images.h"

namespace reslab::app {

/// 256 synthetic photographs of 500×375 pixels in a temporary directory, which the destructor
/// removes. Readers scale them to a shorter side of 256 pixels.
class JpegFiles {
 public:
  /// Writes the files. Throws IoError.
  JpegFiles();
  ~JpegFiles();
  JpegFiles(const JpegFiles&) = delete;
  JpegFiles& operator=(const JpegFiles&) = delete;

  /// The images as a data set that decodes an image each time it is read.
  FolderImages images() const;

  /// Returns `count` paths; files repeat in order.
  std::vector<std::string> paths(std::int64_t count) const;

  /// Decodes `count` images with as many threads as the data loader has.
  void decode(std::int64_t count) const;

 private:
  std::filesystem::path folder_;
  std::vector<FolderImages::File> files_;
};

}  // namespace reslab::app
