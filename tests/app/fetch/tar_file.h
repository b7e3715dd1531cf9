#pragma once

#include <memory>
#include <string>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

namespace reslab {

/// An entry of a tar file, also one that no honest archive has.
struct TarEntry {
  std::string path;
  std::string content{};
  unsigned int type = AE_IFREG;
  std::string symlink{};
  std::string hardlink{};
};

inline void write_tar_gz(const std::string& file, const std::vector<TarEntry>& entries) {
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(),
                                                           &archive_write_free);
  archive_write_add_filter_gzip(writer.get());
  archive_write_set_format_pax_restricted(writer.get());
  archive_write_open_filename(writer.get(), file.c_str());
  for (const auto& entry : entries) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> header(archive_entry_new(),
                                                                          &archive_entry_free);
    archive_entry_set_pathname(header.get(), entry.path.c_str());
    archive_entry_set_filetype(header.get(), entry.type);
    archive_entry_set_perm(header.get(), 0644);
    archive_entry_set_size(header.get(), static_cast<la_int64_t>(entry.content.size()));
    if (!entry.symlink.empty()) archive_entry_set_symlink(header.get(), entry.symlink.c_str());
    if (!entry.hardlink.empty()) archive_entry_set_hardlink(header.get(), entry.hardlink.c_str());
    archive_write_header(writer.get(), header.get());
    archive_write_data(writer.get(), entry.content.data(), entry.content.size());
  }
}

}  // namespace reslab
