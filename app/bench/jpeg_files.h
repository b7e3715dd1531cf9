#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "reslab/data/image_folder.h"

namespace reslab::app {

/// Photographs made of slopes and noise, 500×375 pixels, as JPEG files in a temporary folder that
/// goes with them. They are used with a shorter side of 256.
class JpegFiles {
 public:
  /// Throws IoError.
  JpegFiles();
  ~JpegFiles();
  JpegFiles(const JpegFiles&) = delete;
  JpegFiles& operator=(const JpegFiles&) = delete;

  /// Decoded each time that they are needed.
  FolderImages images() const;

  /// So many paths, of one file after the other, over and over.
  std::vector<std::string> paths(std::int64_t count) const;

  /// Decodes so many, with as many threads as training batches are made with.
  void decode(std::int64_t count) const;

 private:
  std::filesystem::path folder_;
  std::vector<FolderImages::File> files_;
};

}  // namespace reslab::app
