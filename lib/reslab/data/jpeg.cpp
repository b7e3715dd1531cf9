#include "reslab/data/jpeg.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it
#include <cstring>
#include <vector>

#ifdef RESLAB_HAS_LIBJPEG
#include <jerror.h>
#include <jpeglib.h>
#endif

#include "reslab/base/error.h"
#include "reslab/data/image_file.h"

namespace reslab {

bool is_jpeg(std::span<const std::byte> bytes) {
  constexpr std::array<std::uint8_t, 3> kStart = {0xff, 0xd8, 0xff};
  return bytes.size() >= kStart.size() &&
         std::memcmp(bytes.data(), kStart.data(), kStart.size()) == 0;
}

#ifdef RESLAB_HAS_LIBJPEG
namespace {

// A small file can contain thousands of scans, each of which takes time for the whole image.
constexpr int kMostScans = 500;
// Extra columns on each side of a window, because upsampled colours depend on their neighbours.
constexpr int kMargin = 4;

/// State of libjpeg's error handlers, which must not return and therefore use longjmp.
struct Errors {
  jpeg_error_mgr manager{};
  std::jmp_buf jump{};
  char message[JMSG_LENGTH_MAX] = "";
};

[[noreturn]] void leave(j_common_ptr decoder) {
  auto& errors = *reinterpret_cast<Errors*>(decoder->err);
  decoder->err->format_message(decoder, errors.message);
  std::longjmp(errors.jump, 1);
}

// Treats warnings as errors, because the decoder then leaves a part of the image grey. Exception:
// extraneous bytes between two segments are harmless and occur in ImageNet.
void warn(j_common_ptr decoder, int level) {
  if (level < 0 && decoder->err->msg_code != JWRN_EXTRANEOUS_DATA) leave(decoder);
}

void limit_scans(j_common_ptr decoder) {
  if (reinterpret_cast<j_decompress_ptr>(decoder)->input_scan_number > kMostScans) {
    decoder->err->msg_code = JERR_BAD_PROGRESSION;
    leave(decoder);
  }
}

// Adobe stores 255 − ink, so that the product of a colour and black is the visible brightness.
void cmyk_to_rgb(const std::uint8_t* cmyk, std::size_t pixels, std::uint8_t* rgb) {
  for (std::size_t i = 0; i < pixels; ++i, cmyk += 4)
    for (std::size_t c = 0; c < 3; ++c)
      *rgb++ = static_cast<std::uint8_t>((cmyk[c] * cmyk[3] + 127) / 255);
}

/// libjpeg's decoder with exceptions for errors.
class Decoder {
 public:
  Decoder(std::span<const std::byte> bytes, const std::string& where)
      : bytes_(bytes), where_(where) {
    state_.err = jpeg_std_error(&errors_.manager);
    errors_.manager.error_exit = &leave;
    errors_.manager.emit_message = &warn;
    progress_.progress_monitor = &limit_scans;
  }
  ~Decoder() { jpeg_destroy_decompress(&state_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  jpeg_decompress_struct& state() { return state_; }

  /// Calls work(), and throws InvalidInput if libjpeg reports an error. `work` must not create
  /// objects with destructors, because longjmp skips them.
  template <class Work>
  void guarded(const Work& work) {
    if (setjmp(errors_.jump) != 0)
      throw InvalidInput(where_ + ": a damaged JPEG file (" + errors_.message + ")");
    work();
  }

  void read_header() {
    guarded([this] {
      jpeg_create_decompress(&state_);
      state_.progress = &progress_;
      jpeg_mem_src(&state_, reinterpret_cast<const unsigned char*>(bytes_.data()),
                   static_cast<unsigned long>(bytes_.size()));
      jpeg_read_header(&state_, TRUE);
    });
    check_image_size(state_.image_height, state_.image_width, where_);
  }

 private:
  std::span<const std::byte> bytes_;
  const std::string& where_;
  Errors errors_;
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct state_{};
};

int divided(JDIMENSION side, int divisor) {
  return static_cast<int>((side + static_cast<JDIMENSION>(divisor) - 1) /
                          static_cast<JDIMENSION>(divisor));
}

}  // namespace

// libjpeg can scale by any multiple of 1/8, but has vector code only for powers of two; other
// scales take longer than the full size.
JpegSize jpeg_size(std::span<const std::byte> bytes, const std::string& where, int short_side) {
  Decoder decoder(bytes, where);
  decoder.read_header();
  const auto& state = decoder.state();
  int divisor = 1;
  while (divisor < 8 && short_side > 0 &&
         divided(std::min(state.image_height, state.image_width), 2 * divisor) >= short_side)
    divisor *= 2;
  return {divided(state.image_height, divisor), divided(state.image_width, divisor), divisor};
}

Window decode_jpeg(std::span<const std::byte> bytes, const std::string& where, int divisor,
                   const Window& window, Image& part) {
  Decoder decoder(bytes, where);
  decoder.read_header();
  auto& state = decoder.state();
  const bool cmyk = state.num_components == 4;
  state.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  state.scale_denom = static_cast<unsigned>(divisor);
  auto first = static_cast<JDIMENSION>(std::max(0, window.left - kMargin));
  auto columns = static_cast<JDIMENSION>(window.left + window.width + kMargin) - first;
  decoder.guarded([&] {
    jpeg_start_decompress(&state);
    columns = std::min(columns, state.output_width - first);
    if (columns < state.output_width) jpeg_crop_scanline(&state, &first, &columns);
    if (window.top > 0) jpeg_skip_scanlines(&state, static_cast<JDIMENSION>(window.top));
  });
  const auto row = static_cast<std::size_t>(columns) * 3;
  part.height = window.height;
  part.width = static_cast<int>(columns);
  part.pixels.resize(static_cast<std::size_t>(window.height) * row);
  std::vector<std::uint8_t> inks(cmyk ? static_cast<std::size_t>(columns) * 4 : 0);
  decoder.guarded([&] {
    for (std::size_t at = 0; at < part.pixels.size(); at += row) {
      JSAMPROW to = cmyk ? inks.data() : part.pixels.data() + at;
      jpeg_read_scanlines(&state, &to, 1);
      if (cmyk) cmyk_to_rgb(inks.data(), columns, part.pixels.data() + at);
    }
    // Reports damage after the last row of the image, too.
    if (state.output_scanline == state.output_height) jpeg_finish_decompress(&state);
  });
  return {window.top, static_cast<int>(first), window.height, static_cast<int>(columns)};
}

#else

JpegSize jpeg_size(std::span<const std::byte>, const std::string& where, int) {
  throw InvalidInput(where + ": a JPEG file, but ResLab was built without libjpeg");
}

Window decode_jpeg(std::span<const std::byte> bytes, const std::string& where, int, const Window&,
                   Image&) {
  jpeg_size(bytes, where, 0);
  return {};
}

#endif

}  // namespace reslab
