#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "reslab/data/image_folder.h"

namespace reslab::app {

/// Images in files, black where one cannot be read.
class ReadableImages : public Images {
 public:
  /// At a shorter side of `short_side`; black ones have height × width.
  ReadableImages(const std::vector<std::string>& paths, int short_side, int height, int width);

  std::int64_t size() const override { return files_.size(); }
  std::int64_t label(std::int64_t index) const override { return files_.label(index); }
  bool in_memory() const override { return false; }
  ScaledView view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override;

  const std::string& path(std::int64_t index) const { return files_.path(index); }

  /// Why the image could not be read; empty where it could. After it was viewed only.
  std::string problem(std::int64_t index) const;

 private:
  FolderImages files_;
  int height_;
  int width_;
  mutable std::mutex mutex_;
  mutable std::map<std::int64_t, std::string> problems_;
};

}  // namespace reslab::app
