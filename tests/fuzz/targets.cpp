#include "fuzz/targets.h"

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>

#include "fuzz/expect.h"
#include "fuzz/files_targets.h"
#include "lib/data/image_part.h"
#include "reslab/base/text.h"
#include "reslab/data/cifar.h"
#include "reslab/data/image_file.h"
#include "reslab/data/jpeg.h"
#include "reslab/interchange/network_input.h"
#include "reslab/interchange/pickled_tensors.h"
#include "reslab/interchange/safetensors.h"
#include "reslab/interchange/weights_file.h"
#include "reslab/interchange/zip_archive.h"
#include "reslab/model/network_counts.h"
#include "reslab/model/network_name.h"

namespace reslab {
namespace {

constexpr std::size_t kMostCopied = std::size_t{1} << 20;  // bytes per tensor
constexpr int kMostPixels = 1 << 16;                       // per image that is decoded in parts

void expect_whole(const std::vector<StoredTensor>& tensors) {
  std::vector<std::byte> bytes;
  for (const auto& tensor : tensors) {
    if (!stored_tensor_error(tensor).empty())
      throw std::logic_error("accepted an impossible tensor");
    if (byte_count(tensor) > kMostCopied) continue;
    bytes.resize(byte_count(tensor));
    copy_elements(tensor, bytes.data());
  }
}

void read_safetensors(Bytes bytes, const std::filesystem::path& /*folder*/) {
  expect_read_or_refused([bytes] {
    const auto file = std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
    expect_whole(safetensors::tensors(safetensors::parse(*file, "x"), file));
  });
}

void read_checkpoint(Bytes bytes, const std::filesystem::path& /*folder*/) {
  expect_printable(kind_of(bytes));
  expect_read_or_refused([bytes] { model_format(bytes, "x"); });
  expect_read_or_refused([bytes] {
    const auto file = std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
    expect_whole(parse_weights(file, "x").tensors);
  });
}

/// Reads the pickle without its zip file, whose checksum would refuse most inputs of a fuzzer.
void read_pickle(Bytes bytes, const std::filesystem::path& /*folder*/) {
  expect_read_or_refused([bytes] {
    const auto pickled = pickle::parse(bytes, "x");
    pickle::storages(pickled, "x");
    for (const auto& section : pickle::sections(pickled, "x"))
      pickle::tensors_of(pickled, section.dict, "x");
  });
}

void read_cifar(Bytes bytes, const std::filesystem::path& /*folder*/) {
  for (const auto* format : {&cifar10_format(), &cifar100_format()}) {
    constexpr std::size_t kPixels = 3072;
    const auto records = static_cast<std::int64_t>(bytes.size() / (kPixels + format->label_bytes));
    CifarImages images;
    std::vector<std::string> errors;
    parse_cifar(bytes, *format, records, "x", images, errors);
    if (images.pixels.size() != images.labels.size() * kPixels)
      throw std::logic_error("images without labels");
    if (errors.empty() && static_cast<std::int64_t>(images.labels.size()) != records)
      throw std::logic_error("images are missing");
  }
}

void read_image(Bytes bytes, const std::filesystem::path& /*folder*/) {
  expect_read_or_refused([bytes] {
    if (!is_jpeg(bytes)) {
      decode_image(bytes, "x");
      return;
    }
    const auto full = jpeg_size(bytes, "x", 0);
    if (full.height > kMostPixels / full.width) return;
    for (const auto short_side : {0, std::min(full.height, full.width) / 2}) {
      const auto whole = decode_image(bytes, "x", {short_side});
      const auto size = jpeg_size(bytes, "x", short_side);
      const Window wanted{whole.height / 3, whole.width / 3, whole.height - 2 * (whole.height / 3),
                          whole.width - 2 * (whole.width / 3)};
      Image part;
      const auto held = decode_jpeg(bytes, "x", size, wanted, part);
      if (!equal(whole, part, held, wanted))
        throw std::logic_error("a part that is not the whole image's");
    }
  });
}

void read_zip(Bytes bytes, const std::filesystem::path& /*folder*/) {
  expect_read_or_refused([bytes] {
    const ZipArchive archive(bytes, "x");
    for (const auto& name : archive.names())
      expect_read_or_refused([&] {
        if (archive.read(name).size() > bytes.size())
          throw std::logic_error("a record that is larger than the file");
      });
  });
}

/// Metadata of a weights file, as lines `key=value`.
void read_metadata(Bytes bytes, const std::filesystem::path& /*folder*/) {
  expect_read_or_refused([bytes] {
    std::map<std::string, std::string> metadata;
    for (const auto& line : parts_of(bytes, "\n"))
      if (const auto equals = line.find('='); equals != line.npos)
        metadata[line.substr(0, equals)] = line.substr(equals + 1);
    const auto input = read_input(metadata, "x");
    if (!input) return;
    const auto written = input_metadata(*input);
    if (const auto again = read_input(written, "x"); !again || input_metadata(*again) != written)
      throw std::logic_error("metadata do not read back");
  });
}

void read_classes(Bytes bytes, const std::filesystem::path& /*folder*/) {
  for (const auto* format : {&cifar10_format(), &cifar100_format()})
    expect_read_or_refused([&] {
      std::vector<std::string> errors;
      const auto names = parse_class_names(text_of(bytes), *format, "x", errors);
      if (!errors.empty()) throw InvalidInput(errors);
      if (std::ssize(names) != format->classes || repeated(names))
        throw std::logic_error("not a name for each class");
      for (const auto& name : names) expect_printable(name);
    });
}

void read_network(Bytes bytes, const std::filesystem::path& /*folder*/) {
  expect_read_or_refused([bytes] {
    const auto spec = parse_network(text_of(bytes));
    if (parse_network(name(spec)) != spec)
      throw std::logic_error("a network whose name is another network's");
    check_memory(spec);
    if (const auto counts = count_network(spec, default_image_size(spec));
        counts.parameters <= 0 || counts.macs <= 0 || counts.outputs <= 0)
      throw std::logic_error("a network without layers");
  });
}

}  // namespace

const std::vector<FuzzTarget>& fuzz_targets() {
  static const std::vector<FuzzTarget> targets = {
      {"safetensors", read_safetensors},
      {"checkpoint", read_checkpoint},
      {"pickle", read_pickle},
      {"cifar", read_cifar},
      {"image", read_image},
      {"zip", read_zip},
      {"metadata", read_metadata},
      {"classes", read_classes},
      {"network", read_network},
      {"experiment", read_experiment},
      {"extends", read_extending_experiment},
      {"csv", read_csv},
      {"results", read_results},
      {"speeds", read_speeds},
#ifdef RESLAB_HAS_FETCH
      {"archive", read_archive},
#endif
  };
  return targets;
}

}  // namespace reslab
