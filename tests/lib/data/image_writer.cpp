#include "lib/data/image_writer.h"

#include <cstdio>  // jpeglib.h needs it
#include <cstdlib>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <jpeglib.h>
#include <spng.h>
#include <webp/encode.h>

#include "reslab/base/random.h"

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

Image noise_image(int height, int width) {
  Image image{height, width, {}};
  Random random{1};
  for (int i = 0; i < height * width * 3; ++i)
    image.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
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

std::string webp_bytes(const Image& image) {
  std::uint8_t* file = nullptr;
  const auto size =
      WebPEncodeLosslessRGB(image.pixels.data(), image.width, image.height, 3 * image.width, &file);
  std::string bytes(reinterpret_cast<const char*>(file), size);
  WebPFree(file);
  return bytes;
}

std::string jpeg_bytes(const Image& image, const JpegFormat& format) {
  jpeg_error_mgr errors;
  jpeg_compress_struct encoder;
  encoder.err = jpeg_std_error(&errors);  // ends the program on an error
  jpeg_create_compress(&encoder);
  unsigned char* file = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&encoder, &file, &size);
  encoder.image_width = static_cast<JDIMENSION>(image.width);
  encoder.image_height = static_cast<JDIMENSION>(image.height);
  const int channels = format.grey ? 1 : 3;
  encoder.input_components = channels;
  encoder.in_color_space = format.grey ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, 100, TRUE);
  encoder.comp_info[0].h_samp_factor = format.columns;
  encoder.comp_info[0].v_samp_factor = format.rows;
  if (format.progressive) jpeg_simple_progression(&encoder);
  jpeg_start_compress(&encoder, TRUE);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(image.width * channels));
  for (int y = 0; y < image.height; ++y) {
    const auto* pixel = image.pixels.data() + static_cast<std::size_t>(y * image.width * 3);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = pixel[format.grey ? 3 * i : i];
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&encoder, &line, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  std::string bytes(reinterpret_cast<const char*>(file), size);
  std::free(file);
  return bytes;
}

}  // namespace reslab
