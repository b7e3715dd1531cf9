#include "reslab/interchange/zip_archive.h"

#include <algorithm>
#include <memory>

#if RESLAB_HAS_LIBZIP
#include <zip.h>
#endif

#include "reslab/base/error.h"
#include "reslab/base/text.h"

namespace reslab {

#if RESLAB_HAS_LIBZIP
namespace {

struct CloseRecord {
  void operator()(zip_file_t* record) const { zip_fclose(record); }
};

}  // namespace

ZipArchive::ZipArchive(std::span<const std::byte> file, std::string where)
    : where_(std::move(where)) {
  zip_error_t error;
  zip_error_init(&error);
  auto* const source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
  if (source) archive_ = zip_open_from_source(source, ZIP_RDONLY, &error);
  zip_error_fini(&error);
  if (!archive_) {
    zip_source_free(source);
    fail("a damaged or truncated zip file: its directory cannot be read");
  }
  try {
    read_directory(file.size());
  } catch (...) {  // the destructor will not run
    zip_discard(archive_);
    throw;
  }
}

ZipArchive::~ZipArchive() { zip_discard(archive_); }

bool ZipArchive::has(const std::string& name) const {
  return zip_name_locate(archive_, name.c_str(), ZIP_FL_ENC_RAW) >= 0;
}

std::vector<std::byte> ZipArchive::read(const std::string& name) const {
  const auto quoted = "'" + printable(name) + "'";
  const auto index = zip_name_locate(archive_, name.c_str(), ZIP_FL_ENC_RAW);
  if (index < 0) fail("the record " + quoted + " is missing");
  zip_stat_t about;
  zip_stat_init(&about);
  const auto number = static_cast<zip_uint64_t>(index);
  if (zip_stat_index(archive_, number, 0, &about) != 0)
    fail("the record " + quoted + " is damaged");
  if (about.comp_method != ZIP_CM_STORE)
    fail("the record " + quoted +
         " is compressed; expected a file as PyTorch writes it, uncompressed");

  const std::unique_ptr<zip_file_t, CloseRecord> record(zip_fopen_index(archive_, number, 0));
  if (!record) fail("the record " + quoted + " is damaged: its header is not as in the directory");
  std::vector<std::byte> bytes(about.size);
  std::size_t size = 0;
  // libzip compares the checksum at the end of the record, which takes one more read.
  for (std::byte beyond{};;) {
    const bool all = size == bytes.size();
    const auto got =
        zip_fread(record.get(), all ? &beyond : bytes.data() + size, all ? 1 : bytes.size() - size);
    if (got < 0)
      fail("the record " + quoted + " is damaged: " +
           (zip_error_code_zip(zip_file_get_error(record.get())) == ZIP_ER_CRC
                ? "its checksum is wrong"
                : "its bytes cannot be read"));
    if (got == 0) break;
    if (all) fail("the record " + quoted + " is longer than the directory says");
    size += static_cast<std::size_t>(got);
  }
  if (size < bytes.size()) fail("the record " + quoted + " is shorter than the directory says");
  return bytes;
}

void ZipArchive::verify() const {
  for (const auto& name : stored_) read(name);
}

void ZipArchive::read_directory(std::size_t file_size) {
  std::size_t total = 0;
  const auto count = zip_get_num_entries(archive_, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t about;
    zip_stat_init(&about);
    const auto failed =
        zip_stat_index(archive_, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW, &about);
    constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD;
    if (failed != 0 || (about.valid & kNeeded) != kNeeded) fail("its directory is damaged");
    if (about.comp_method == ZIP_CM_STORE && about.size > file_size - total)
      fail("its records are larger than the file (damaged?)");
    if (about.comp_method == ZIP_CM_STORE) {
      total += about.size;
      stored_.emplace_back(about.name);
    }
    names_.emplace_back(about.name);
  }
}

#else

ZipArchive::ZipArchive(std::span<const std::byte>, std::string where) : where_(std::move(where)) {
  fail("a zip file, but ResLab was built without libzip");
}
ZipArchive::~ZipArchive() = default;
bool ZipArchive::has(const std::string&) const { return false; }
std::vector<std::byte> ZipArchive::read(const std::string&) const { return {}; }
void ZipArchive::verify() const {}

#endif

void ZipArchive::fail(const std::string& what) const { throw InvalidInput(where_ + ": " + what); }

}  // namespace reslab
