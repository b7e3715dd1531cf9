#include "reslab/data/folder_scan.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"

namespace reslab {
namespace {

namespace fs = std::filesystem;

constexpr std::array kEndings = {".jpg", ".jpeg", ".jfif", ".png",  ".ppm", ".pgm",
                                 ".bmp", ".gif",  ".tif",  ".tiff", ".webp"};

/// The ending of a file's name in lower case, with the dot.
std::string ending_of(const fs::path& path) {
  auto ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

/// The entries of a folder that are not hidden, sorted by name.
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::error_code error;
  auto entries = directory_entries(folder, error);
  if (error) throw InvalidInput(folder.string() + ": cannot be read (" + error.message() + ")");
  std::erase_if(entries, [](const auto& entry) { return is_hidden(entry.path()); });
  return entries;
}

/// Device and number of a folder, which are equal if two paths lead to the same folder.
using FolderIdentity = std::pair<dev_t, ino_t>;

/// All zero if the folder cannot be read; entries_of() reports it.
FolderIdentity identity_of(const fs::path& folder) {
  struct stat about{};
  if (stat(folder.c_str(), &about) != 0) return {};
  return {about.st_dev, about.st_ino};
}

class ImageFinder {
 public:
  FoundImages find(const fs::path& folder) {
    std::error_code error;
    for (auto around = fs::canonical(folder, error); around.has_relative_path();) {
      around = around.parent_path();
      around_.push_back(identity_of(around));
    }
    visit(folder);
    // torchvision sorts the folders by their paths: "a/b c" comes before "a/b/c".
    std::ranges::stable_sort(folders_, {}, &std::pair<std::string, Names>::first);
    for (auto& [name, paths] : folders_)
      found_.paths.insert(found_.paths.end(), paths.begin(), paths.end());
    return std::move(found_);
  }

 private:
  using Names = std::vector<std::string>;

  void visit(const fs::path& folder) {
    const auto identity = identity_of(folder);
    if (std::ranges::find(around_, identity) != around_.end()) return leave_out("looping link");
    around_.push_back(identity);
    Names images;
    for (const auto& entry : entries_of(folder)) {
      std::error_code error;
      if (entry.is_directory(error))
        visit(entry.path());
      else if (entry.is_regular_file(error))
        take(entry.path(), images);
      else
        leave_out(entry.is_symlink(error) ? "broken link" : "special file");
    }
    folders_.emplace_back(folder.string(), std::move(images));
    around_.pop_back();
  }

  void take(const fs::path& path, Names& images) {
    const auto ending = ending_of(path);
    if (std::ranges::find(kEndings, ending) != kEndings.end())
      images.push_back(path.string());
    else
      leave_out(ending.empty() ? "without ending" : printable(ending, 20));
  }

  void leave_out(const std::string& reason) { ++found_.left_out[reason]; }

  std::vector<FolderIdentity> around_;  // folders around the one that is visited, and itself
  std::vector<std::pair<std::string, Names>> folders_;
  FoundImages found_;
};

}  // namespace

FoundImages find_images(const std::string& folder) { return ImageFinder().find(folder); }

std::map<std::string, FoundImages> find_class_images(const std::string& folder, LeftOut& left_out) {
  std::map<std::string, FoundImages> classes;
  for (const auto& entry : entries_of(folder)) {
    std::error_code error;
    if (!entry.is_directory(error)) {
      ++left_out["outside class folders"];
      continue;
    }
    auto& found = classes[entry.path().filename().string()];
    found = find_images(entry.path().string());
    for (const auto& [reason, count] : found.left_out) left_out[reason] += count;
  }
  return classes;
}

std::string left_out_text(const LeftOut& left_out) {
  std::int64_t total = 0;
  for (const auto& entry : left_out) total += entry.second;
  if (total == 0) return {};
  const auto reasons = joined(left_out, ", ", [](const auto& entry) {
    const auto& [reason, count] = entry;
    const bool plural = count != 1 && (reason.ends_with(" link") || reason.ends_with(" file"));
    return grouped(count) + " " + reason + (plural ? "s" : "");
  });
  return counted(total, "file") + " left out (" + visible_text(reasons) + ")";
}

std::string image_endings() {
  return joined(kEndings, ", ", [](const char* ending) { return std::string(ending); });
}

}  // namespace reslab
