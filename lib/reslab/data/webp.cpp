#if RESLAB_HAS_LIBWEBPDEMUX

#include <memory>

#include <webp/decode.h>
#include <webp/demux.h>

#include "reslab/base/error.h"
#include "reslab/data/image_decoders.h"
#include "reslab/data/image_file.h"
#include "reslab/data/orientation.h"

namespace reslab {

DecodedImage decode_webp(std::span<const std::byte> bytes, const std::string& where) {
  const auto damaged = [&] { return InvalidInput(where + ": a damaged WebP file"); };
  const WebPData file{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  WebPBitstreamFeatures features{};
  if (WebPGetFeatures(file.bytes, file.size, &features) != VP8_STATUS_OK) throw damaged();
  check_image_size(features.height, features.width, where);
  const std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder*)> decoder(
      WebPAnimDecoderNew(&file, nullptr), &WebPAnimDecoderDelete);
  std::uint8_t* rgba = nullptr;
  int time = 0;
  WebPAnimInfo info{};
  if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info)) throw damaged();
  check_image_size(info.canvas_height, info.canvas_width, where);
  if (!WebPAnimDecoderGetNext(decoder.get(), &rgba, &time)) throw damaged();
  DecodedImage decoded{
      {static_cast<int>(info.canvas_height), static_cast<int>(info.canvas_width), {}}};
  auto& pixels = decoded.image.pixels;
  const auto count = std::size_t{info.canvas_height} * info.canvas_width;
  pixels.reserve(3 * count);
  for (std::size_t i = 0; i < count; ++i)
    pixels.insert(pixels.end(), rgba + 4 * i, rgba + 4 * i + 3);
  WebPChunkIterator chunk{};
  if (WebPDemuxGetChunk(WebPAnimDecoderGetDemuxer(decoder.get()), "EXIF", 1, &chunk))
    decoded.orientation =
        exif_orientation(std::as_bytes(std::span(chunk.chunk.bytes, chunk.chunk.size)));
  WebPDemuxReleaseChunkIterator(&chunk);
  return decoded;
}

}  // namespace reslab

#endif
