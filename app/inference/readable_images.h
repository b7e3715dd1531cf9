#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "reslab/data/image_folder.h"

namespace reslab::app {

/// Images in files. A file that cannot be read becomes a black image, so that the others of its
/// batch are still predicted.
class ReadableImages : public Images {
 public:
  /// The shorter side of an image becomes `short_side` pixels; black images have height × width.
  ReadableImages(const std::vector<std::string>& paths, int short_side, int height, int width);

  std::int64_t size() const override { return files_.size(); }
  std::int64_t label(std::int64_t index) const override { return files_.label(index); }
  bool in_memory() const override { return false; }
  LazyImage view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override;

  const std::string& path(std::int64_t index) const { return files_.path(index); }

  /// Why view(index) could not read the image; empty if it could.
  std::string error(std::int64_t index) const;

 private:
  FolderImages files_;
  int height_;
  int width_;
  mutable std::mutex mutex_;
  mutable std::map<std::int64_t, std::string> errors_;
};

}  // namespace reslab::app
