#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reslab/base/setting.h"
#include "reslab/data/source.h"

namespace reslab {

/// The binary layout of a CIFAR data set (https://www.cs.toronto.edu/~kriz/cifar.html): records of
/// label bytes followed by the red, green and blue planes, each 32 × 32 bytes, row by row.
struct CifarFormat {
  std::string title;
  std::string archive;  // the file to download
  std::string folder;   // the archive's top folder
  std::vector<std::string> train_files;
  std::string test_file;
  std::string class_file;                // class names, one per line; may be absent
  std::vector<std::string> class_names;  // used if the file is absent
  std::int64_t classes = 0;
  std::size_t label_bytes = 0;          // bytes before the pixels
  std::size_t label_at = 0;             // the one of them that is the label
  std::int64_t train_file_records = 0;  // in each training file
  std::int64_t test_file_records = 0;
};

const CifarFormat& cifar10_format();
const CifarFormat& cifar100_format();
const CifarFormat& cifar100_coarse_format();

/// Parsed images and their labels.
struct CifarImages {
  std::vector<std::uint8_t> pixels;  // (N, height, width, 3)
  std::vector<std::int64_t> labels;
};

/// Appends a file's records to `images`. Adds a line that begins with `where` to `errors` if the
/// bytes are not `records` records or a label is not a class.
void parse_cifar(std::span<const std::byte> bytes, const CifarFormat& format, std::int64_t records,
                 const std::string& where, CifarImages& images, std::vector<std::string>& errors);

/// Returns the names in the text of a class file, one per line. Adds lines to `errors` unless each
/// class has a name of its own, in UTF-8 without control characters. The lines begin with `where`.
std::vector<std::string> parse_class_names(std::string_view text, const CifarFormat& format,
                                           const std::string& where,
                                           std::vector<std::string>& errors);

constexpr std::int64_t kCifarTrainImages = 50000;
constexpr std::int64_t kCifarTestImages = 10000;

/// Keeps `count` of the images in their order: the first images of each class, the same number of
/// each. If `count` is not a multiple of the number of classes, the first classes have one more. If
/// a class has too few images, the first remaining images of any class take their places.
void keep_balanced(CifarImages& images, std::int64_t count, std::int64_t classes);

/// CIFAR-10: 50,000 training and 10,000 test images of 32 × 32 pixels, 10 classes.
struct Cifar10Options {
  static constexpr const char* kName = "cifar10";
  std::string root = "data/cifar-10-batches-bin";  // the unpacked archive of the binary version
  std::int64_t train = kCifarTrainImages;  // number of images that are used, see keep_balanced()
  std::int64_t test = kCifarTestImages;

  static Settings<Cifar10Options> settings();
  std::unique_ptr<const DataSource> source() const;
  bool operator==(const Cifar10Options&) const = default;
};

/// CIFAR-100: 50,000 training and 10,000 test images of 32 × 32 pixels, 100 fine classes in 20
/// coarse ones.
struct Cifar100Options {
  static constexpr const char* kName = "cifar100";
  enum class Labels { fine, coarse };

  std::string root = "data/cifar-100-binary";
  std::int64_t train = kCifarTrainImages;
  std::int64_t test = kCifarTestImages;
  Labels labels = Labels::fine;

  static Settings<Cifar100Options> settings();
  std::unique_ptr<const DataSource> source() const;
  bool operator==(const Cifar100Options&) const = default;
};

/// Reads CIFAR-10 or CIFAR-100 from the folder of the unpacked archive. Keeps `train` training
/// images and `test` test images.
class CifarSource : public DataSource {
 public:
  CifarSource(const CifarFormat& format, std::string root, std::int64_t train = kCifarTrainImages,
              std::int64_t test = kCifarTestImages)
      : format_(format), root_(std::move(root)), train_(train), test_(test) {}

  std::vector<std::string> file_errors(Splits splits) const override;
  std::optional<DataOutline> outline() const override;
  std::string describe(Splits splits) const override;
  DataSet load(Splits splits) const override;

 private:
  std::string path(const std::string& file) const;
  std::vector<std::string> class_names(std::vector<std::string>& errors) const;

  const CifarFormat& format_;
  std::string root_;
  std::int64_t train_;
  std::int64_t test_;
};

}  // namespace reslab
