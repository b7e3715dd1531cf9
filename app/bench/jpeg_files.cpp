#include "app/bench/jpeg_files.h"

#include <memory>
#include <random>
#include <string>
#include <system_error>

#include <turbojpeg.h>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/random.h"
#include "reslab/data/image_file.h"
#include "reslab/data/parallel.h"

namespace reslab::app {
namespace {

constexpr int kWidth = 500;
constexpr int kHeight = 375;
constexpr int kShortSide = 256;
constexpr int kQuality = 90;  // about 100 KiB an image, as ImageNet's
constexpr std::int64_t kFiles = 256;

/// Slopes with noise, so that there is something in all frequencies.
std::string jpeg(std::uint64_t number) {
  Random random({number});
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      for (int channel = 0; channel < 3; ++channel)
        pixels.push_back(static_cast<std::uint8_t>(
            100 + (x * (channel + 1) + y * (3 - channel)) % 80 + random.below(30)));
  const std::unique_ptr<void, int (*)(void*)> encoder(tjInitCompress(), &tjDestroy);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  if (tjCompress2(encoder.get(), pixels.data(), kWidth, 0, kHeight, TJPF_RGB, &bytes, &size,
                  TJSAMP_420, kQuality, 0) != 0)
    throw IoError(std::string("cannot encode an image: ") + tjGetErrorStr2(encoder.get()));
  std::string text(reinterpret_cast<const char*>(bytes), size);
  tjFree(bytes);
  return text;
}

}  // namespace

JpegFiles::JpegFiles()
    : folder_(std::filesystem::temp_directory_path() /
              ("reslab-bench-" + std::to_string(std::random_device()()))) {
  make_directories(folder_);
  for (std::int64_t i = 0; i < kFiles; ++i) {
    files_.push_back({(folder_ / (std::to_string(i) + ".jpg")).string(), 0});
    write_text(files_.back().path, jpeg(static_cast<std::uint64_t>(i)));
  }
}

JpegFiles::~JpegFiles() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

FolderImages JpegFiles::images() const { return {files_, {kShortSide, 0, false, 0}}; }

std::vector<std::string> JpegFiles::paths(std::int64_t count) const {
  std::vector<std::string> paths;
  for (std::int64_t i = 0; i < count; ++i)
    paths.push_back(files_[static_cast<std::size_t>(i % kFiles)].path);
  return paths;
}

void JpegFiles::decode(std::int64_t count) const {
  constexpr std::int64_t kAtOnce = 4;
  in_pieces(count, kAtOnce, worker_count(), [this](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i)
      read_image(files_[static_cast<std::size_t>(i % kFiles)].path, kShortSide);
  });
}

}  // namespace reslab::app
