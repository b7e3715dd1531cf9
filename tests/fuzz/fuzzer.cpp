// The entry point of libFuzzer for the target RESLAB_FUZZ_TARGET.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "fuzz/targets.h"

namespace {

/// A new directory for the files of this process, removed at the end.
class Scratch {
 public:
  Scratch() {
    auto name = (std::filesystem::temp_directory_path() / "reslab-fuzz-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto& target =
      *std::ranges::find(reslab::fuzz_targets(), RESLAB_FUZZ_TARGET, &reslab::FuzzTarget::name);
  static const Scratch scratch;
  target.read(std::as_bytes(std::span(data, size)), scratch.path());
  return 0;
}
