#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/data/image_cache.h"
#include "reslab/data/source.h"

namespace reslab {

/// The image files in a folder and the folders below it, sorted by name: those that end in .jpg,
/// .jpeg or .png and are not hidden. Throws InvalidInput where a folder cannot be read.
std::vector<std::string> image_files(const std::string& folder);

/// How images in files become images of about one size.
struct FolderOptions {
  int short_side = 256;        // pixels, of the shorter side
  int largest_short_side = 0;  // in training the shorter side is random from short_side to this
  bool exact = true;  // whole images are decoded and resized; else JPEGs are decoded smaller first
  std::int64_t cache = 0;  // bytes of decoded images that are kept
};

/// Images in files, decoded when they are needed or found in memory, where there was room for them.
class FolderImages : public Images {
 public:
  struct File {
    std::string path;
    std::int64_t label = 0;
  };

  FolderImages(std::vector<File> files, const FolderOptions& options);

  std::int64_t size() const override { return static_cast<std::int64_t>(files_.size()); }
  std::int64_t label(std::int64_t index) const override {
    return files_[static_cast<std::size_t>(index)].label;
  }
  const std::string& path(std::int64_t index) const {
    return files_[static_cast<std::size_t>(index)].path;
  }
  ScaledView view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override;
  ScaledView training_view(std::int64_t index, Random& random,
                           std::vector<std::uint8_t>& buffer) const override;
  bool in_memory() const override { return false; }

 private:
  ScaledView scaled(std::int64_t index, int short_side, std::vector<std::uint8_t>& buffer) const;
  ScaledView at_size(const ImageView& image, int short_side, std::int64_t index) const;
  bool keeps_resized() const;
  std::int64_t bytes_to_keep(const ScaledView& view) const;

  std::vector<File> files_;
  FolderOptions options_;
  mutable ImageCache cache_;
};

/// `train|val|test/<class>/<image>`: JPEG and PNG files, class indices by sorted name, files by
/// sorted name within. test/ is the test set and val/ the validation set; without test/, val/ is
/// the test set.
class FolderSource : public DataSource {
 public:
  Settings settings() override;
  std::vector<std::string> mistakes() const override;
  std::vector<std::string> missing() const override;
  std::optional<DataOutline> outline() const override;
  std::string describe() const override;
  DataSet load() const override;

 private:
  std::string part(const char* name) const;
  bool has(const char* name) const;

  std::string root_ = "data/images";
  std::int64_t short_side_ = 256;
  std::int64_t largest_short_side_ = 0;  // 0: short_side_
  std::int64_t size_ = 224;
  std::int64_t cache_ = 1024;  // MiB
};

}  // namespace reslab
