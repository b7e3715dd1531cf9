#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "reslab/base/error.h"

namespace reslab {

/// Reads bytes in sequence. Every function throws InvalidInput with the message `too_short` if it
/// would read past the end.
class ByteReader {
 public:
  ByteReader(std::span<const std::byte> bytes, std::string too_short)
      : bytes_(bytes), too_short_(std::move(too_short)) {}

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }

  std::span<const std::byte> take(std::size_t size) {
    if (size > left()) throw InvalidInput(too_short_);
    const auto taken = bytes_.subspan(position_, size);
    position_ += size;
    return taken;
  }

  /// A number in the machine's byte order, which is little-endian.
  template <class Number>
  Number number() {
    static_assert(std::is_trivially_copyable_v<Number>);
    Number value{};
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

  std::string text(std::size_t size) {
    const auto taken = take(size);
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }

  /// The text before the next line feed; skips the line feed.
  std::string line() {
    const auto rest = bytes_.subspan(position_);
    const auto end = std::ranges::find(rest, std::byte{'\n'});
    auto taken = text(static_cast<std::size_t>(end - rest.begin()));
    take(1);
    return taken;
  }

 private:
  std::span<const std::byte> bytes_;
  std::string too_short_;
  std::size_t position_ = 0;
};

}  // namespace reslab
