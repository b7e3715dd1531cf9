#include "app/bench/jpeg_files.h"

#include <cstdio>  // jpeglib.h needs it
#include <cstdlib>
#include <random>
#include <string>
#include <system_error>

#ifdef RESLAB_HAS_LIBJPEG
#include <jpeglib.h>
#endif

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
constexpr int kQuality = 90;  // about 100 KiB per image, as in ImageNet
constexpr std::int64_t kFiles = 256;

#ifdef RESLAB_HAS_LIBJPEG
/// Encodes a photograph of gradients and noise, so that every frequency occurs.
std::string jpeg(std::uint64_t number) {
  jpeg_error_mgr errors;
  jpeg_compress_struct encoder;
  encoder.err = jpeg_std_error(&errors);  // ends the program, but only memory can be missing
  jpeg_create_compress(&encoder);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&encoder, &bytes, &size);
  encoder.image_width = kWidth;
  encoder.image_height = kHeight;
  encoder.input_components = 3;
  encoder.in_color_space = JCS_RGB;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, kQuality, TRUE);
  jpeg_start_compress(&encoder, TRUE);
  Random random({number});
  std::vector<std::uint8_t> row(3 * kWidth);
  for (int y = 0; y < kHeight; ++y) {
    for (int i = 0; i < 3 * kWidth; ++i)
      row[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(
          100 + (i / 3 * (i % 3 + 1) + y * (3 - i % 3)) % 80 + random.below(30));
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&encoder, &line, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  std::string text(reinterpret_cast<const char*>(bytes), size);
  std::free(bytes);
  return text;
}
#else
std::string jpeg(std::uint64_t) {
  throw InvalidInput("this benchmark needs JPEG files, but ResLab was built without libjpeg");
}
#endif

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
  constexpr std::int64_t kImagesPerTask = 4;
  for_each_chunk(count, kImagesPerTask, worker_count(),
                 [this](std::int64_t first, std::int64_t last) {
                   for (auto i = first; i < last; ++i)
                     read_image(files_[static_cast<std::size_t>(i % kFiles)].path, {kShortSide});
                 });
}

}  // namespace reslab::app
