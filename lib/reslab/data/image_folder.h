#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reslab/base/setting.h"
#include "reslab/data/image_cache.h"
#include "reslab/data/source.h"
#include "reslab/data/transform.h"

namespace reslab {

/// The paths of all files below a folder that end in .jpg, .jpeg or .png and are not hidden,
/// sorted. Throws InvalidInput if a folder cannot be read.
std::vector<std::string> image_files(const std::string& folder);

/// A folder of JPEG and PNG files: train|val|test/<class>/<image>.
struct FolderOptions {
  static constexpr const char* kName = "folder";
  std::string root = "data/images";
  std::int64_t short_side = 256;        // pixels; the shorter side of an image is resized to it
  std::int64_t largest_short_side = 0;  // maximum of a random shorter side in training; 0: off
  std::int64_t size = 224;              // pixels; the side of the square that is cut out
  std::int64_t cache = 1024;            // MiB of decoded training images kept in memory

  static Settings<FolderOptions> settings();
  /// `augment`: what the training images are decoded for.
  std::unique_ptr<const DataSource> source(const Augment& augment) const;
  bool operator==(const FolderOptions&) const = default;
};

/// Options for decoding and resizing image files.
struct DecodingOptions {
  int short_side = 256;        // length of the shorter side after resizing, in pixels
  int largest_short_side = 0;  // in training, the shorter side is random from short_side to this
  bool exact = true;           // resizes from the full size; otherwise JPEGs are decoded smaller
  std::int64_t cache = 0;      // size of the cache in bytes
  // JPEGs keep at least this shorter side when they are decoded, because random resized crops take
  // parts of the decoded image; 0: there are no such crops.
  int decoded_short_side = 0;
};

/// Images in files, decoded on demand and cached while there is room.
class FolderImages : public Images {
 public:
  struct File {
    std::string path;
    std::int64_t label = 0;
  };

  FolderImages(std::vector<File> files, const DecodingOptions& options);

  std::int64_t size() const override { return static_cast<std::int64_t>(files_.size()); }
  std::int64_t label(std::int64_t index) const override {
    return files_[static_cast<std::size_t>(index)].label;
  }
  const std::string& path(std::int64_t index) const {
    return files_[static_cast<std::size_t>(index)].path;
  }
  LazyImage view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override;
  LazyImage training_view(std::int64_t index, Random& random,
                          std::vector<std::uint8_t>& buffer) const override;
  bool in_memory() const override { return false; }

 private:
  LazyImage load(std::int64_t index, int short_side, std::vector<std::uint8_t>& buffer) const;
  LazyImage scaled(const ImageView& image, int short_side, std::int64_t index) const;
  bool caches_resized() const;
  std::int64_t cached_bytes(const LazyImage& image) const;

  std::vector<File> files_;
  DecodingOptions options_;
  mutable ImageCache cache_;
};

/// JPEG and PNG files in `train|val|test/<class>/<image>`. Classes are numbered in the order of
/// their sorted names; files are sorted within a class. test/ is the test split and val/ the
/// validation split; without test/, val/ is the test split.
class FolderSource : public DataSource {
 public:
  explicit FolderSource(FolderOptions options, Augment augment = {})
      : options_(std::move(options)), augment_(std::move(augment)) {}

  std::vector<std::string> errors() const override;
  std::vector<std::string> file_errors() const override;
  std::optional<DataOutline> outline() const override;
  std::string describe() const override;
  DataSet load() const override;

 private:
  std::string part(const char* name) const;
  bool has(const char* name) const;

  FolderOptions options_;
  Augment augment_;
};

}  // namespace reslab
