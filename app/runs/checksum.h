#pragma once

#include <string>
#include <string_view>

#include <boost/crc.hpp>
#include <fmt/format.h>

namespace reslab::app {

/// The CRC-32 of the bytes in eight hexadecimal digits.
inline std::string crc32_text(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return fmt::format("{:08x}", crc.checksum());
}

}  // namespace reslab::app
