// The entry point of libFuzzer for the target RESLAB_FUZZ_TARGET.

#include <algorithm>
#include <cstdint>

#include "folder.h"
#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto& target =
      *std::ranges::find(reslab::fuzz_targets(), RESLAB_FUZZ_TARGET, &reslab::FuzzTarget::name);
  static const reslab::Folder folder;
  target.read(std::as_bytes(std::span(data, size)), folder.path());
  return 0;
}
