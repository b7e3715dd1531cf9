#pragma once

#include <cstdint>
#include <filesystem>

namespace reslab::app {

/// Unpacks a tar archive, as it is or compressed by gzip, into a directory, which must exist.
/// Throws InvalidInput, and leaves what was unpacked so far, if the archive is damaged, holds more
/// than `most_bytes`, or holds anything but files and folders with relative paths inside of the
/// directory: no links, no
/// "..", no devices.
void unpack(const std::filesystem::path& archive, const std::filesystem::path& directory,
            std::int64_t most_bytes);

}  // namespace reslab::app
