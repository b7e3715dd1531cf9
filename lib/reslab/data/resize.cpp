#include "reslab/data/resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "reslab/data/jpeg.h"

namespace reslab {
namespace {

constexpr int kRowsAtOnce = 4;

/// Taps for the output positions `begin` … `begin` + `length` − 1 of an axis resized from `from` to
/// `to` pixels.
Taps taps(int from, int to, int begin, int length) {
  const double scale = static_cast<double>(from) / to;
  const double support = std::max(scale, 1.0);
  Taps result;
  result.count = std::min(from, static_cast<int>(std::ceil(2 * support)));
  result.first.reserve(static_cast<std::size_t>(length));
  result.weights.resize(static_cast<std::size_t>(length) * static_cast<std::size_t>(result.count));
  auto* weights = result.weights.data();
  for (int i = begin; i < begin + length; ++i, weights += result.count) {
    const double centre = (i + 0.5) * scale;
    const int first = std::clamp(static_cast<int>(centre - support + 0.5), 0, from - result.count);
    float total = 0;
    for (int k = 0; k < result.count; ++k) {
      weights[k] = static_cast<float>(std::max(0.0, support - std::abs(first + k + 0.5 - centre)));
      total += weights[k];
    }
    for (int k = 0; k < result.count; ++k) weights[k] /= total;
    result.first.push_back(first);
  }
  return result;
}

/// Number of groups of four taps for each position.
std::size_t quads_of(const Taps& taps) { return (static_cast<std::size_t>(taps.count) + 3) / 4; }

/// The weights, padded with zeros to full groups of four for each position.
std::vector<float> weights_in_quads(const Taps& taps) {
  const auto count = static_cast<std::size_t>(taps.count);
  std::vector<float> weights(taps.first.size() * 4 * quads_of(taps));
  for (std::size_t i = 0; i < taps.first.size(); ++i)
    std::copy_n(taps.weights.data() + i * count, count, weights.data() + i * 4 * quads_of(taps));
  return weights;
}

/// Reverses the order of the output positions.
void mirror(Taps& taps) {
  const auto count = taps.count;
  std::ranges::reverse(taps.first);
  std::ranges::reverse(taps.weights);
  for (auto from = taps.weights.begin(); from != taps.weights.end(); from += count)
    std::reverse(from, from + count);
}

RESLAB_WIDE_VECTORS void to_floats(const std::uint8_t* __restrict from, std::size_t length,
                                   float* __restrict to) {
  for (std::size_t x = 0; x < length; ++x) to[x] = static_cast<float>(from[x]);
}

RESLAB_WIDE_VECTORS void to_bytes(const float* __restrict from, std::size_t length,
                                  std::uint8_t* __restrict to) {
  for (std::size_t x = 0; x < length; ++x) to[x] = static_cast<std::uint8_t>(from[x]);
}

using Rows = std::array<const float*, kRowsAtOnce>;

/// sum = (kAdding ? sum : 0.5) + Σ weights[k] · rows[k], added in the order of k.
template <int N, bool kAdding>
[[gnu::always_inline]] inline void weigh(const Rows& rows, const float* weights, std::size_t length,
                                         float* __restrict sum) {
  for (std::size_t x = 0; x < length; ++x) {
    float value = kAdding ? sum[x] : 0.5F;
    for (std::size_t k = 0; k < N; ++k) value += weights[k] * rows[k][x];
    sum[x] = value;
  }
}

template <bool kAdding>
[[gnu::always_inline]] inline void weigh(int count, const Rows& rows, const float* weights,
                                         std::size_t length, float* sum) {
  if (count == 1) weigh<1, kAdding>(rows, weights, length, sum);
  if (count == 2) weigh<2, kAdding>(rows, weights, length, sum);
  if (count == 3) weigh<3, kAdding>(rows, weights, length, sum);
  if (count == 4) weigh<4, kAdding>(rows, weights, length, sum);
}

RESLAB_WIDE_VECTORS void weigh_rows(int count, const Rows& rows, const float* weights,
                                    std::size_t length, bool adding, float* sum) {
  if (adding)
    weigh<true>(count, rows, weights, length, sum);
  else
    weigh<false>(count, rows, weights, length, sum);
}

/// Four floats in a register: the colours of a pixel and an unused value, or four weights.
using Quad = float __attribute__((vector_size(16)));

[[gnu::always_inline]] inline Quad quad_at(const float* from) {
  Quad quad;
  std::memcpy(&quad, from, sizeof quad);
  return quad;
}

/// Σ weights[k] · pixel k over N ≤ 4 pixels.
template <int N>
[[gnu::always_inline]] inline Quad weighed(const float* pixels, Quad weights) {
  Quad sum = __builtin_shufflevector(weights, weights, 0, 0, 0, 0) * quad_at(pixels);
  if constexpr (N > 1)
    sum += __builtin_shufflevector(weights, weights, 1, 1, 1, 1) * quad_at(pixels + 3);
  if constexpr (N > 2)
    sum += __builtin_shufflevector(weights, weights, 2, 2, 2, 2) * quad_at(pixels + 6);
  if constexpr (N > 3)
    sum += __builtin_shufflevector(weights, weights, 3, 3, 3, 3) * quad_at(pixels + 9);
  return sum;
}

/// Computes every position from N taps, or from 4 · `quads` taps if there is more than one quad.
template <int N>
[[gnu::always_inline]] inline void weigh_columns(const float* row, const int* first,
                                                 std::size_t positions, std::size_t quads,
                                                 const float* weights, float* out) {
  for (std::size_t i = 0; i < positions; ++i, out += 3) {
    const auto* pixels = row + std::ptrdiff_t{3} * first[i];
    Quad sum = weighed<N>(pixels, quad_at(weights));
    weights += 4;
    for (std::size_t k = 1; k < quads; ++k, weights += 4)
      sum += weighed<4>(pixels += 12, quad_at(weights));
    std::memcpy(out, &sum, sizeof sum);
  }
}

/// Resizes a row horizontally. `weights`: from weights_in_quads(). Writes one float past the end.
RESLAB_WIDE_VECTORS void weigh_columns(const float* row, const Taps& taps, const float* weights,
                                       float* out) {
  const auto* first = taps.first.data();
  const auto positions = taps.first.size();
  if (taps.count <= 2) return weigh_columns<2>(row, first, positions, 1, weights, out);
  if (taps.count == 3) return weigh_columns<3>(row, first, positions, 1, weights, out);
  weigh_columns<4>(row, first, positions, quads_of(taps), weights, out);
}

void resize(const LazyImage& image, const Window& window, Image& result) {
  const auto row = static_cast<std::size_t>(window.width) * 3;
  result.height = window.height;
  result.width = window.width;
  result.pixels.resize(static_cast<std::size_t>(window.height) * row);
  ResizedRows rows(image, window);
  for (std::size_t at = 0; at < result.pixels.size(); at += row)
    to_bytes(rows.next(), row, result.pixels.data() + at);
}

}  // namespace

ResizedRows::ResizedRows(const LazyImage& image, const Window& window, bool mirrored)
    : down_(taps(image.source.height, image.height, window.top, window.height)),
      across_(taps(image.source.width, image.width, window.left, window.width)) {
  for (auto& first : down_.first) first += image.source.top;
  for (auto& first : across_.first) first += image.source.left;
  const int top = down_.first.front();
  const int left = across_.first.front();
  const Window needed{top, left, down_.first.back() + down_.count - top,
                      across_.first.back() + across_.count - left};
  Window held{0, 0, image.stored.height, image.stored.width};
  pixels_ = image.stored.pixels;
  if (image.file) {
    held = decode_jpeg(image.file->bytes, image.file->path, image.file->size, needed, decoded_);
    if (image.file->grey) make_grey(decoded_);
    pixels_ = decoded_.pixels.data();
  }
  stride_ = static_cast<std::size_t>(held.width) * 3;
  pixels_ += static_cast<std::size_t>(top - held.top) * stride_ +
             static_cast<std::size_t>(left - held.left) * 3;
  for (auto& first : down_.first) first -= top;
  for (auto& first : across_.first) first -= left;
  if (mirrored) mirror(across_);
  used_ = static_cast<std::size_t>(needed.width) * 3;
  weights_ = weights_in_quads(across_);
  for (auto& row : source_) row.resize(used_);
  source_numbers_.fill(-1);
  sum_.resize(used_ + 12);  // weigh_columns() reads past the end, with weights of 0
  out_.resize(static_cast<std::size_t>(window.width) * 3 + 1);
}

/// A row of the image as floats. Recent rows are kept, because several output rows may use them.
const float* ResizedRows::source_row(int number) {
  const auto slot = static_cast<std::size_t>(number) % source_.size();
  auto* row = source_[slot].data();
  if (std::exchange(source_numbers_[slot], number) != number)
    to_floats(pixels_ + static_cast<std::size_t>(number) * stride_, used_, row);
  return row;
}

const float* ResizedRows::next() {
  const int first = down_.first[row_];
  const auto* weights = down_.weights.data() + row_ * static_cast<std::size_t>(down_.count);
  ++row_;
  // Resizes vertically first, because that works on whole rows.
  for (int k = 0; k < down_.count; k += kRowsAtOnce) {
    const int count = std::min(kRowsAtOnce, down_.count - k);
    Rows rows{};
    for (int i = 0; i < count; ++i) rows[static_cast<std::size_t>(i)] = source_row(first + k + i);
    weigh_rows(count, rows, weights + k, used_, k > 0, sum_.data());
  }
  weigh_columns(sum_.data(), across_, weights_.data(), out_.data());
  return out_.data();
}

Image resized(const LazyImage& image) {
  Image result;
  resize(image, {0, 0, image.height, image.width}, result);
  return result;
}

WindowView view_window(const LazyImage& image, const Window& window, Image& buffer) {
  if (!image.is_stored()) {
    resize(image, window, buffer);
    return {buffer.pixels.data(), static_cast<std::size_t>(window.width) * 3};
  }
  const auto stride = static_cast<std::size_t>(image.width) * 3;
  return {image.stored.pixels + static_cast<std::size_t>(window.top) * stride +
              static_cast<std::size_t>(window.left) * 3,
          stride};
}

Size with_short_side(std::int64_t height, std::int64_t width, int short_side) {
  if (height < width) return {short_side, short_side * width / height};
  return {short_side * height / width, short_side};
}

}  // namespace reslab
