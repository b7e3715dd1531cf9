#include "app/fetch/archive.h"

#include <algorithm>
#include <memory>
#include <string>

#include <archive.h>
#include <archive_entry.h>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

constexpr std::size_t kBlock = 1 << 16;  // bytes read at a time

class Unpacking {
 public:
  Unpacking(const std::filesystem::path& archive, const std::filesystem::path& directory,
            std::int64_t most_bytes)
      : name_(archive.string()), directory_(directory), bytes_left_(most_bytes) {
    archive_read_support_filter_gzip(reader_.get());
    archive_read_support_format_tar(reader_.get());
    check(archive_read_open_filename(reader_.get(), archive.c_str(), kBlock));
  }

  void run() {
    archive_entry* entry = nullptr;
    int status = archive_read_next_header(reader_.get(), &entry);
    for (; status != ARCHIVE_EOF; status = archive_read_next_header(reader_.get(), &entry)) {
      check(status);
      const auto path = inner_path(entry);
      if (archive_entry_filetype(entry) == AE_IFDIR)
        make_directories(directory_ / path);
      else
        write_file(path);
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw InvalidInput(name_ + ": " + what);
  }

  void check(int status) const {
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN) return;
    const auto* reason = archive_error_string(reader_.get());
    refuse(std::string("damaged archive: ") + (reason != nullptr ? reason : "cannot be read"));
  }

  std::filesystem::path inner_path(archive_entry* entry) const {
    const auto* text = archive_entry_pathname(entry);
    const std::filesystem::path path = text != nullptr ? text : "";
    const auto type = archive_entry_filetype(entry);
    const bool climbs = std::ranges::find(path, std::filesystem::path("..")) != path.end();
    if (path.empty() || path.is_absolute() || climbs)
      refuse("'" + printable(path.string()) +
             "' would be written outside of the folder, nothing was used");
    if ((type != AE_IFREG && type != AE_IFDIR) || archive_entry_hardlink(entry) != nullptr)
      refuse("'" + printable(path.string()) + "' is neither a file nor a folder, nothing was used");
    return path;
  }

  void write_file(const std::filesystem::path& path) {
    make_directories((directory_ / path).parent_path());
    AtomicFile file(directory_ / path);
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    int status = archive_read_data_block(reader_.get(), &block, &size, &offset);
    for (; status != ARCHIVE_EOF;
         status = archive_read_data_block(reader_.get(), &block, &size, &offset)) {
      check(status);
      bytes_left_ -= static_cast<std::int64_t>(size);
      if (bytes_left_ < 0) refuse("holds more than it should, nothing was used");
      file.write({static_cast<const std::byte*>(block), size});
    }
    file.commit();
  }

  std::unique_ptr<archive, int (*)(archive*)> reader_{archive_read_new(), &archive_read_free};
  std::string name_;
  std::filesystem::path directory_;
  std::int64_t bytes_left_;
};

}  // namespace

void unpack(const std::filesystem::path& archive, const std::filesystem::path& directory,
            std::int64_t most_bytes) {
  Unpacking(archive, directory, most_bytes).run();
}

}  // namespace reslab::app
