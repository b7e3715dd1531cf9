#pragma once

#include <cstdint>
#include <filesystem>

namespace reslab::app {

/// Unpacks a tar archive, which may be compressed with gzip, into an existing directory. Throws
/// InvalidInput if the archive is damaged, holds more than `most_bytes`, or holds anything but
/// files and folders with relative paths inside the directory: no links, no "..", no devices. The
/// files that were unpacked before the error stay.
void unpack(const std::filesystem::path& archive, const std::filesystem::path& directory,
            std::int64_t most_bytes);

}  // namespace reslab::app
