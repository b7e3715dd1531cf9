#include "app/runs/data_files.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "app/runs/checksum.h"

namespace reslab::app {
namespace {

namespace fs = std::filesystem;

/// Appends "name size" of each file that the iterator finds; skips what cannot be read.
template <class Iterator>
void append_files(const fs::path& folder, const fs::path& root, std::vector<std::string>& files) {
  std::error_code error;
  for (Iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unreadable;
    if (!entry->is_regular_file(unreadable)) continue;
    const auto size = entry->file_size(unreadable);
    files.push_back(entry->path().lexically_relative(root).string() + ' ' +
                    (unreadable ? "?" : std::to_string(size)));
  }
}

}  // namespace

Json data_files(DataOptions data) {
  const auto* const folder = data_root(data);
  if (folder == nullptr) return {};
  const fs::path root(*folder);
  std::vector<std::string> files;
  append_files<fs::directory_iterator>(root, root, files);
  for (const auto* split : {"train", "val", "test"})
    append_files<fs::recursive_directory_iterator>(root / split, root, files);
  std::ranges::sort(files);
  std::string list;
  for (const auto& file : files) list += file + '\0';
  return {{"count", files.size()}, {"crc32", crc32_text(list)}};
}

}  // namespace reslab::app
