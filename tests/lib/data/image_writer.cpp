#include "lib/data/image_writer.h"

#include <cstdlib>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <spng.h>
#include <turbojpeg.h>

namespace reslab {

Image sample_image(int height, int width) {
  Image image{height, width, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (const int value :
           {10 + 200 * y / height, 20 + 220 * x / width, 250 - 100 * y / height - 100 * x / width})
        image.pixels.push_back(static_cast<std::uint8_t>(value));
  return image;
}

std::string png_bytes(const Image& image, int colour_type, int bit_depth) {
  std::vector<std::uint8_t> samples;
  const auto add = [&](std::uint8_t value) {
    samples.push_back(value);
    if (bit_depth == 16) samples.push_back(value);
  };
  for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
    const bool grey = colour_type == 0 || colour_type == 4;
    for (std::size_t c = 0; c < (grey ? 1U : 3U); ++c) add(image.pixels[i + c]);
    if (colour_type >= 4) add(image.pixels[i + 1]);
  }
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> encoder(spng_ctx_new(SPNG_CTX_ENCODER),
                                                               &spng_ctx_free);
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(image.width);
  header.height = static_cast<std::uint32_t>(image.height);
  header.bit_depth = static_cast<std::uint8_t>(bit_depth);
  header.color_type = static_cast<std::uint8_t>(colour_type);
  spng_set_option(encoder.get(), SPNG_ENCODE_TO_BUFFER, 1);
  spng_set_ihdr(encoder.get(), &header);
  EXPECT_EQ(spng_encode_image(encoder.get(), samples.data(), samples.size(), SPNG_FMT_PNG,
                              SPNG_ENCODE_FINALIZE),
            0);
  std::size_t size = 0;
  int error = 0;
  const std::unique_ptr<void, void (*)(void*)> file(
      spng_get_png_buffer(encoder.get(), &size, &error), &std::free);
  EXPECT_EQ(error, 0);
  return {static_cast<const char*>(file.get()), size};
}

std::string jpeg_bytes(const Image& image, bool grey) {
  if (!grey) return jpeg_bytes_sampled(image, TJSAMP_444);
  auto red = image;
  for (std::size_t i = 0; i < red.pixels.size(); ++i) red.pixels[i] = image.pixels[i / 3 * 3];
  return jpeg_bytes_sampled(red, TJSAMP_GRAY);
}

std::string jpeg_bytes_sampled(const Image& image, int sampling, bool progressive) {
  const std::unique_ptr<void, int (*)(void*)> encoder(tjInitCompress(), &tjDestroy);
  unsigned char* file = nullptr;
  unsigned long size = 0;
  EXPECT_EQ(tjCompress2(encoder.get(), image.pixels.data(), image.width, 0, image.height, TJPF_RGB,
                        &file, &size, sampling, 100, progressive ? TJFLAG_PROGRESSIVE : 0),
            0);
  std::string bytes(reinterpret_cast<const char*>(file), size);
  tjFree(file);
  return bytes;
}

}  // namespace reslab
