#include "reslab/data/image_file.h"

#if RESLAB_HAS_SPNG

#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <spng.h>

#include "reslab/base/error.h"
#include "reslab/data/image_decoders.h"
#include "reslab/data/orientation.h"

namespace reslab {

DecodedImage decode_png(std::span<const std::byte> bytes, const std::string& where) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> decoder(spng_ctx_new(0), &spng_ctx_free);
  const auto check = [&](int error) {
    if (error != 0) throw InvalidInput(where + ": a damaged PNG file");
  };
  check(spng_set_png_buffer(decoder.get(), bytes.data(), bytes.size()));
  spng_ihdr header{};
  check(spng_get_ihdr(decoder.get(), &header));
  check_image_size(header.height, header.width, where);
  DecodedImage decoded{{static_cast<int>(header.height), static_cast<int>(header.width), {}}};
  auto& pixels = decoded.image.pixels;
  pixels.resize(std::size_t{header.height} * header.width * 3);
  check(spng_decode_image(decoder.get(), pixels.data(), pixels.size(), SPNG_FMT_RGB8, 0));
  // EXIF data may follow the pixels.
  spng_exif exif{};
  if (spng_decode_chunks(decoder.get()) == 0 && spng_get_exif(decoder.get(), &exif) == 0)
    decoded.orientation = exif_orientation(std::as_bytes(std::span(exif.data, exif.length)));
  return decoded;
}

std::vector<std::byte> encode_png(const ImageView& image) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> encoder(spng_ctx_new(SPNG_CTX_ENCODER),
                                                               &spng_ctx_free);
  const auto check = [](int error) {
    if (error != 0)
      throw std::runtime_error(std::string("cannot encode a PNG file: ") + spng_strerror(error));
  };
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(image.width);
  header.height = static_cast<std::uint32_t>(image.height);
  header.bit_depth = 8;
  header.color_type = SPNG_COLOR_TYPE_TRUECOLOR;
  check(spng_set_option(encoder.get(), SPNG_ENCODE_TO_BUFFER, 1));
  check(spng_set_ihdr(encoder.get(), &header));
  const auto bytes =
      static_cast<std::size_t>(image.height) * static_cast<std::size_t>(image.width) * 3;
  check(spng_encode_image(encoder.get(), image.pixels, bytes, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE));
  std::size_t size = 0;
  int error = 0;
  const std::unique_ptr<void, void (*)(void*)> file(
      spng_get_png_buffer(encoder.get(), &size, &error), &std::free);
  check(error);
  const auto* const begin = static_cast<const std::byte*>(file.get());
  return {begin, begin + size};
}

}  // namespace reslab

#else

namespace reslab {

std::vector<std::byte> encode_png(const ImageView& /*image*/) { return {}; }

}  // namespace reslab

#endif
