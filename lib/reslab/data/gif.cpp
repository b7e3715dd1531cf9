#if RESLAB_HAS_LIBGIF

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include <gif_lib.h>

#include "reslab/base/error.h"
#include "reslab/data/image_decoders.h"
#include "reslab/data/image_file.h"

namespace reslab {
namespace {

int read_gif_bytes(GifFileType* gif, GifByteType* to, int length) {
  auto& rest = *static_cast<std::span<const std::byte>*>(gif->UserData);
  const auto count = std::min(rest.size(), static_cast<std::size_t>(std::max(length, 0)));
  std::memcpy(to, rest.data(), count);
  rest = rest.subspan(count);
  return static_cast<int>(count);
}

InvalidInput damaged_gif(const std::string& where) {
  return InvalidInput(where + ": a damaged GIF file");
}

/// Reads up to the first frame. Returns the transparent colour, or −1 if there is none.
int read_to_frame(GifFileType* gif, const std::string& where) {
  int transparent = NO_TRANSPARENT_COLOR;
  for (;;) {
    GifRecordType type{};
    if (DGifGetRecordType(gif, &type) != GIF_OK || type == TERMINATE_RECORD_TYPE)
      throw damaged_gif(where);
    if (type == IMAGE_DESC_RECORD_TYPE) break;
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(gif, &code, &block) != GIF_OK) throw damaged_gif(where);
    GraphicsControlBlock control{};
    if (code == GRAPHICS_EXT_FUNC_CODE && block &&
        DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
      transparent = control.TransparentColor;
    while (block)
      if (DGifGetExtensionNext(gif, &block) != GIF_OK) throw damaged_gif(where);
  }
  if (DGifGetImageDesc(gif) != GIF_OK) throw damaged_gif(where);
  return transparent;
}

/// The rows of a frame in the order of the file.
std::vector<int> row_order(int height, bool interlaced) {
  std::vector<int> rows;
  if (!interlaced) {
    for (int y = 0; y < height; ++y) rows.push_back(y);
    return rows;
  }
  for (const auto& [first, step] : {std::array{0, 8}, {4, 8}, {2, 4}, {1, 2}})
    for (int y = first; y < height; y += step) rows.push_back(y);
  return rows;
}

}  // namespace

DecodedImage decode_gif(std::span<const std::byte> bytes, const std::string& where) {
  int error = 0;
  const auto close = [](GifFileType* gif) { DGifCloseFile(gif, nullptr); };
  const std::unique_ptr<GifFileType, void (*)(GifFileType*)> gif(
      DGifOpen(&bytes, &read_gif_bytes, &error), close);
  if (!gif) throw damaged_gif(where);
  const auto transparent = read_to_frame(gif.get(), where);
  const auto& frame = gif->Image;
  const auto height = std::max(gif->SHeight, frame.Top + frame.Height);
  const auto width = std::max(gif->SWidth, frame.Left + frame.Width);
  check_image_size(height, width, where);
  std::vector<GifPixelType> screen(
      static_cast<std::size_t>(height) * static_cast<std::size_t>(width),
      static_cast<GifPixelType>(std::max(transparent, 0)));
  for (const auto y : row_order(frame.Height, frame.Interlace)) {
    auto* row = screen.data() + (std::ptrdiff_t{frame.Top} + y) * width + frame.Left;
    if (frame.Width > 0 && DGifGetLine(gif.get(), row, frame.Width) != GIF_OK)
      throw damaged_gif(where);
  }
  std::array<std::array<std::uint8_t, 3>, 256> colours{};
  for (std::size_t i = 0; i < colours.size(); ++i) colours[i].fill(static_cast<std::uint8_t>(i));
  if (const auto* map = frame.ColorMap ? frame.ColorMap : gif->SColorMap)
    for (int i = 0; i < map->ColorCount; ++i)
      colours[static_cast<std::size_t>(i)] = {map->Colors[i].Red, map->Colors[i].Green,
                                              map->Colors[i].Blue};
  DecodedImage decoded{{height, width, {}}};
  decoded.image.pixels.reserve(3 * screen.size());
  for (const auto index : screen)
    decoded.image.pixels.insert(decoded.image.pixels.end(), colours[index].begin(),
                                colours[index].end());
  return decoded;
}

}  // namespace reslab

#endif
