#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reslab/base/setting.h"
#include "reslab/data/folder_images.h"
#include "reslab/data/folder_scan.h"
#include "reslab/data/source.h"
#include "reslab/data/transform.h"

namespace reslab {

/// A folder of image files: train|val|test/<class>/…/<image>.
struct FolderOptions {
  static constexpr const char* kName = "folder";
  enum class Unreadable { stop, skip };

  std::string root = "data/images";
  std::int64_t short_side = 0;          // pixels; an image is resized to it; 0: from the size
  std::int64_t largest_short_side = 0;  // maximum of a random shorter side in training; 0: off
  std::int64_t size = 0;                // pixels; the side of the square crop; 0: the network's
  std::int64_t channels = 3;            // 3 (RGB) or 1 (grey)
  bool exif_orientation = true;         // turn images as their EXIF data say
  Unreadable unreadable = Unreadable::stop;
  std::int64_t cache = 1024;  // MiB of decoded training images kept in memory

  /// Sets the size to `pixels` if it is 0, and then the short side if it is 0: to the size up to 64
  /// pixels, otherwise to 8/7 of it, as 256 is of 224.
  void set_default_size(std::int64_t pixels);

  static Settings<FolderOptions> settings();
  /// `augment`: what the training images are decoded for.
  std::unique_ptr<const DataSource> source(const Augment& augment) const;
  bool operator==(const FolderOptions&) const = default;
};

/// Image files in `train|val|test/<class>/` and the folders below. Classes are numbered in the
/// order of their sorted names; files have the order of find_images(). test/ is the test split and
/// val/ the validation split; without test/, val/ is the test split.
class FolderSource : public DataSource {
 public:
  /// A size of 0 becomes 224 pixels.
  explicit FolderSource(FolderOptions options, Augment augment = {})
      : options_(std::move(options)), augment_(std::move(augment)) {
    options_.set_default_size(224);
  }

  std::vector<std::string> errors() const override;
  std::vector<std::string> file_errors(Splits splits) const override;
  std::optional<DataOutline> outline() const override;
  std::string describe(Splits splits) const override;
  DataSet load(Splits splits) const override;
  std::vector<std::string> unreadable_images() const override;

 private:
  /// The images of a split by class.
  using Classes = std::map<std::string, FoundImages>;

  /// The split's folder. Reads it at the first call.
  struct Split {
    Classes classes;
    LeftOut left_out;
    std::vector<std::string> errors;
  };
  const Split& split(const std::string& name) const;
  bool has(const std::string& name) const;
  std::string path(const std::string& name) const;
  std::string test_name() const { return has("test") ? "test" : "val"; }
  std::vector<std::string> split_names(Splits splits) const;
  std::shared_ptr<const FolderImages> images(const std::string& name,
                                             const std::vector<std::string>& classes) const;

  FolderOptions options_;
  Augment augment_;
  mutable std::map<std::string, Split> splits_;
};

}  // namespace reslab
