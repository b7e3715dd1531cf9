#ifdef RESLAB_HAS_SPNG

#include <memory>

#include <spng.h>

#include "reslab/base/error.h"
#include "reslab/data/image_decoders.h"
#include "reslab/data/image_file.h"
#include "reslab/data/orientation.h"

namespace reslab {

DecodedImage decode_png(std::span<const std::byte> bytes, const std::string& where) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> decoder(spng_ctx_new(0), &spng_ctx_free);
  const auto check = [&](int error) {
    if (error != 0)
      throw InvalidInput(where + ": a damaged PNG file (" + spng_strerror(error) + ")");
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

}  // namespace reslab

#endif
