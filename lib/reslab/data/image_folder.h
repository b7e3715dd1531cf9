#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reslab/data/source.h"

namespace reslab {

/// Images in files, decoded when they are needed: the shorter side resized to `short_side`. Only
/// the names are held.
class FolderImages : public Images {
 public:
  struct File {
    std::string path;
    std::int64_t label = 0;
  };

  FolderImages(std::vector<File> files, int short_side);

  std::int64_t size() const override { return static_cast<std::int64_t>(files_.size()); }
  std::int64_t label(std::int64_t index) const override {
    return files_[static_cast<std::size_t>(index)].label;
  }
  ImageView view(std::int64_t index, std::vector<std::uint8_t>& buffer) const override;
  bool in_memory() const override { return false; }

 private:
  std::vector<File> files_;
  int short_side_;
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
  std::int64_t size_ = 224;
};

}  // namespace reslab
