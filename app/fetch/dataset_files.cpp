#include "app/fetch/dataset_files.h"

#include <array>
#include <fstream>
#include <memory>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "app/fetch/archive.h"
#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/data/cifar.h"

namespace reslab::app {
namespace {

constexpr std::size_t kReadSize = 1 << 20;  // bytes read at a time

template <class Options>
std::vector<std::string> file_errors(const std::string& folder) {
  Options options;
  options.root = folder;
  return options.source()->file_errors(Splits::all);
}

bool is_url(const std::string& source) { return source.find("://") != std::string::npos; }

/// A directory that is removed with its contents at the end.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {
    std::filesystem::remove_all(path_);
    make_directories(path_);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void expect_checksum(const RemoteDataSet& data_set, const std::filesystem::path& archive) {
  const auto found = md5_of(archive);
  if (found != data_set.md5)
    throw InvalidInput(archive.string() + ": has the MD5 " + found + ", expected " + data_set.md5);
}

}  // namespace

const std::vector<RemoteDataSet>& remote_data_sets() {
  const std::string site = "https://www.cs.toronto.edu/~kriz/";
  static const std::vector<RemoteDataSet> all = {
      {Cifar10Options::kName, site + cifar10_format().archive, "c32a1d4ab5d03f1284b67883e8d87530",
       cifar10_format().folder, 200'000'000, file_errors<Cifar10Options>},
      {Cifar100Options::kName, site + cifar100_format().archive, "03b5dce01913d631647c71ecec9e9cb8",
       cifar100_format().folder, 200'000'000, file_errors<Cifar100Options>},
  };
  return all;
}

std::string md5_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw InvalidInput(file.string() + ": no such file, or it cannot be read");
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest(EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free);
  if (EVP_DigestInit_ex(digest.get(), EVP_md5(), nullptr) != 1)
    throw IoError("the OpenSSL library does not compute MD5");
  std::vector<char> block(kReadSize);
  while (stream.read(block.data(), static_cast<std::streamsize>(block.size())), stream.gcount() > 0)
    EVP_DigestUpdate(digest.get(), block.data(), static_cast<std::size_t>(stream.gcount()));
  if (stream.bad()) throw IoError(file.string() + ": cannot be read");
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(digest.get(), bytes.data(), &size);
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes.at(i));
  return text;
}

void fetch(const RemoteDataSet& data_set, const std::filesystem::path& directory,
           const std::string& source, const DownloadProgress& progress) {
  make_directories(directory);
  const auto url = source.empty() ? data_set.url : source;
  const bool downloads = is_url(url);
  const std::filesystem::path archive =
      downloads ? directory / (data_set.folder + ".tar.gz") : std::filesystem::path(url);
  if (downloads) download(url, archive, progress);
  try {
    expect_checksum(data_set, archive);
  } catch (const InvalidInput&) {
    if (downloads) std::filesystem::remove(archive);
    throw;
  }
  const TemporaryDirectory unpacked(directory / ("." + data_set.folder + ".partial"));
  unpack(archive, unpacked.path(), data_set.bytes);
  const auto made = unpacked.path() / data_set.folder;
  if (auto errors = data_set.errors(made.string()); !errors.empty()) throw InvalidInput(errors);
  const auto target = directory / data_set.folder;
  make_directories(target);
  for (const auto& entry : std::filesystem::directory_iterator(made))
    put_in_place(entry.path(), target / entry.path().filename());
  if (downloads) std::filesystem::remove(archive);
}

}  // namespace reslab::app
