#include "reslab/data/jpeg.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it
#include <utility>
#include <vector>

#if RESLAB_HAS_LIBJPEG
#include <jerror.h>
#include <jpeglib.h>
#endif

#include "reslab/base/error.h"
#include "reslab/data/image_decoders.h"
#include "reslab/data/image_file.h"
#include "reslab/data/orientation.h"

namespace reslab {

bool is_jpeg(std::span<const std::byte> bytes) { return begins_with(bytes, "\xff\xd8\xff"); }

#if RESLAB_HAS_LIBJPEG
namespace {

// A small file can contain thousands of scans, each of which takes time for the whole image.
constexpr int kMostScans = 500;
// Extra columns on each side of a window, because upsampled colours depend on their neighbours.
constexpr int kMargin = 4;
constexpr int kExifMarker = JPEG_APP0 + 1;

/// State of libjpeg's error handlers, which must not return and therefore use longjmp.
struct Errors {
  jpeg_error_mgr manager{};
  std::jmp_buf jump{};
  bool ends_early = false;  // the file has no end marker
};

Errors& errors_of(j_common_ptr decoder) { return *reinterpret_cast<Errors*>(decoder->err); }

[[noreturn]] void leave(j_common_ptr decoder) { std::longjmp(errors_of(decoder).jump, 1); }

// Ignores the warnings after which all pixels are decoded, about defects that every viewer ignores:
// the parameters of a phone's scan, versions of JFIF, extraneous bytes. After others, pixels are
// missing.
void warn(j_common_ptr decoder, int level) {
  if (level >= 0) return;
  switch (decoder->err->msg_code) {
    case JWRN_JPEG_EOF:  // if pixels are missing, another warning follows
      errors_of(decoder).ends_early = true;
      return;
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
      return;
    default:
      leave(decoder);
  }
}

void limit_scans(j_common_ptr decoder) {
  if (reinterpret_cast<j_decompress_ptr>(decoder)->input_scan_number > kMostScans) leave(decoder);
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
    if (setjmp(errors_.jump) != 0) throw InvalidInput(where_ + ": a damaged JPEG file");
    work();
  }

  void read_header() {
    guarded([this] {
      jpeg_create_decompress(&state_);
      state_.progress = &progress_;
      jpeg_save_markers(&state_, kExifMarker, 0xffff);
      jpeg_mem_src(&state_, reinterpret_cast<const unsigned char*>(bytes_.data()),
                   static_cast<unsigned long>(bytes_.size()));
      jpeg_read_header(&state_, TRUE);
    });
    check_image_size(state_.image_height, state_.image_width, where_);
  }

  int orientation() const {
    for (const auto* marker = state_.marker_list; marker; marker = marker->next) {
      const auto data = std::as_bytes(std::span(marker->data, marker->data_length));
      if (begins_with(data, {"Exif\0\0", 6})) return exif_orientation(data);
    }
    return 1;
  }

  /// Whether a file of several scans, all of which are read, lacks scans that the image needs.
  bool lacks_scans() const {
    for (int i = 0; i < state_.num_components; ++i) {
      if (!state_.progressive_mode && !state_.comp_info[i].quant_table) return true;
      if (!state_.progressive_mode) continue;
      const auto& bits = state_.coef_bits[i];  // of each coefficient, still missing; −1: all
      if (bits[0] < 0) return true;
      if (errors_.ends_early && std::ranges::any_of(bits, [](int left) { return left != 0; }))
        return true;
    }
    return false;
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
JpegSize jpeg_size(std::span<const std::byte> bytes, const std::string& where, int short_side,
                   bool upright) {
  Decoder decoder(bytes, where);
  decoder.read_header();
  const auto& state = decoder.state();
  JpegSize size;
  while (size.divisor < 8 && short_side > 0 &&
         divided(std::min(state.image_height, state.image_width), 2 * size.divisor) >= short_side)
    size.divisor *= 2;
  size.height = divided(state.image_height, size.divisor);
  size.width = divided(state.image_width, size.divisor);
  if (upright) size.orientation = decoder.orientation();
  if (exchanges_sides(size.orientation)) std::swap(size.height, size.width);
  return size;
}

Window decode_jpeg(std::span<const std::byte> bytes, const std::string& where, const JpegSize& size,
                   const Window& window, Image& part) {
  Decoder decoder(bytes, where);
  decoder.read_header();
  auto& state = decoder.state();
  const bool cmyk = state.num_components == 4;
  state.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  state.scale_denom = static_cast<unsigned>(size.divisor);
  const auto height = divided(state.image_height, size.divisor);
  const auto width = divided(state.image_width, size.divisor);
  const auto wanted = window_in_file(window, size.orientation, height, width);
  auto first = static_cast<JDIMENSION>(std::max(0, wanted.left - kMargin));
  auto columns = static_cast<JDIMENSION>(wanted.left + wanted.width + kMargin) - first;
  decoder.guarded([&] {
    jpeg_start_decompress(&state);
    columns = std::min(columns, state.output_width - first);
    if (columns < state.output_width) jpeg_crop_scanline(&state, &first, &columns);
    if (wanted.top > 0) jpeg_skip_scanlines(&state, static_cast<JDIMENSION>(wanted.top));
  });
  if (jpeg_has_multiple_scans(&state) && decoder.lacks_scans())
    throw InvalidInput(where + ": a damaged JPEG file (scans are missing)");
  const auto row = static_cast<std::size_t>(columns) * 3;
  part.height = wanted.height;
  part.width = static_cast<int>(columns);
  part.pixels.resize(static_cast<std::size_t>(wanted.height) * row);
  std::vector<std::uint8_t> inks(cmyk ? static_cast<std::size_t>(columns) * 4 : 0);
  decoder.guarded([&] {
    for (std::size_t at = 0; at < part.pixels.size(); at += row) {
      JSAMPROW to = cmyk ? inks.data() : part.pixels.data() + at;
      jpeg_read_scanlines(&state, &to, 1);
      if (cmyk) cmyk_to_rgb(inks.data(), columns, part.pixels.data() + at);
    }
  });
  make_upright(part, size.orientation);
  return window_upright(
      {wanted.top, static_cast<int>(first), wanted.height, static_cast<int>(columns)},
      size.orientation, height, width);
}

#else

JpegSize jpeg_size(std::span<const std::byte>, const std::string& where, int, bool) {
  throw InvalidInput(where + ": a JPEG file, but ResLab was built without libjpeg");
}

Window decode_jpeg(std::span<const std::byte> bytes, const std::string& where, const JpegSize&,
                   const Window&, Image&) {
  jpeg_size(bytes, where, 0);
  return {};
}

#endif

}  // namespace reslab
