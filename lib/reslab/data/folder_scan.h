#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace reslab {

/// Number of files that are not read as images, by reason: an ending such as ".heic", or words such
/// as "broken link".
using LeftOut = std::map<std::string, std::int64_t>;

/// The image files below a folder.
struct FoundImages {
  std::vector<std::string> paths;  // folder by folder, sorted by name in each
  LeftOut left_out;
};

/// Finds all files below a folder that have the ending of an image, as torchvision's ImageFolder
/// does. Follows symbolic links, except to a folder around the link. Skips hidden files and
/// folders. Throws InvalidInput if a folder cannot be read.
FoundImages find_images(const std::string& folder);

/// The class folders in a folder by name, with their images. A file beside them is left out. Throws
/// InvalidInput if a folder cannot be read.
std::map<std::string, FoundImages> find_class_images(const std::string& folder, LeftOut& left_out);

/// "12 files left out (8 .heic, 4 broken links)"; empty if there are none.
std::string left_out_text(const LeftOut& left_out);

/// The endings that find_images() knows, for messages.
std::string image_endings();

}  // namespace reslab
