#include "fuzz/targets.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "app/config/experiment.h"
#include "app/config/json.h"
#include "lib/data/image_part.h"
#include "reslab/base/error.h"
#include "reslab/data/cifar.h"
#include "reslab/data/image_file.h"
#include "reslab/data/jpeg.h"
#include "reslab/interchange/pickled_tensors.h"
#include "reslab/interchange/safetensors.h"
#include "reslab/interchange/weights_file.h"

namespace reslab {
namespace {

constexpr std::size_t kMostCopied = std::size_t{1} << 20;  // bytes per tensor
constexpr int kMostPixels = 1 << 16;                       // per image that is decoded in parts

/// Runs the reader. A refusal must consist of single lines.
template <class Reader>
void expect_read_or_refused(Reader reader) {
  try {
    reader();
  } catch (const InvalidInput& error) {
    if (error.lines().empty()) throw std::logic_error("refused without a line");
    for (const auto& line : error.lines())
      if (line.empty() || line.find('\n') != std::string::npos)
        throw std::logic_error("refused with an empty or broken line");
  }
}

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

void read_safetensors(std::span<const std::byte> bytes) {
  expect_read_or_refused([bytes] {
    const auto file = std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
    expect_whole(safetensors::tensors(safetensors::parse(*file, "x"), file));
  });
}

void read_checkpoint(std::span<const std::byte> bytes) {
  expect_read_or_refused([bytes] {
    const auto file = std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end());
    expect_whole(parse_weights(file, "x").tensors);
  });
}

/// Reads the pickle without its zip file, whose checksum would refuse most inputs of a fuzzer.
void read_pickle(std::span<const std::byte> bytes) {
  expect_read_or_refused([bytes] {
    const auto pickled = pickle::parse(bytes, "x");
    pickle::storages(pickled, "x");
    for (const auto& section : pickle::sections(pickled, "x"))
      pickle::tensors_of(pickled, section.dict, "x");
  });
}

void read_cifar(std::span<const std::byte> bytes) {
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

void read_image(std::span<const std::byte> bytes) {
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

void read_experiment(std::span<const std::byte> bytes) {
  expect_read_or_refused([bytes] {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    app::read_experiment(app::Document("x.json", app::parse_json(text, "x.json")));
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
      {"experiment", read_experiment},
  };
  return targets;
}

}  // namespace reslab
