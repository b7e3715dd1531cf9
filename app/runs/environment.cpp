#include "app/runs/environment.h"

#include <cstdint>
#include <fstream>
#include <iterator>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <torch/cuda.h>

#include "reslab/base/compat.h"
#include "reslab/base/cpu_count.h"
#include "reslab/base/optional_libraries.h"
#include "reslab/base/text.h"
#include "reslab/kernels/cpu_features.h"

namespace reslab::app {

// The build writes the source file that defines these constants.
extern const char* const kVersion;
extern const char* const kSource;

namespace {

/// Returns the path of the loaded library that contains ATen's operators.
std::string loaded_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&at::show_config), &info) == 0) return "";
  return info.dli_fname;
}

/// The rest of the first line that contains the marker, or "unknown".
std::string text_after(const std::string& marker, const std::string& text) {
  const auto found = text.find(marker);
  if (found == std::string::npos) return "unknown";
  const auto start = found + marker.size();
  return text.substr(start, text.find('\n', start) - start);
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text_after("model name\t: ", text);
}

/// The word after the marker, or "none".
std::string word_after(const std::string& marker, const std::string& text) {
  const auto rest = text_after(marker, text);
  return rest == "unknown" ? "none" : rest.substr(0, rest.find_first_of(" -"));
}

std::string libraries(bool built_in) {
  std::vector<OptionalLibrary> found;
  for (auto& library : optional_libraries())
    if (library.built_in == built_in) found.push_back(std::move(library));
#ifdef RESLAB_HAS_FETCH
  constexpr bool kFetches = true;
#else
  constexpr bool kFetches = false;
#endif
  if (built_in == kFetches) found.push_back({"libcurl, libarchive", "reslab fetch", kFetches});
  if (found.empty()) return "none";
  return joined(found, ", ",
                [](const auto& library) { return library.name + " (" + library.purpose + ")"; });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> facts_of_build() {
  const auto config = at::show_config();
  // In new versions of LibTorch, the count has the type signed char.
  const auto devices = static_cast<int>(torch::cuda::device_count());  // NOLINT(bugprone-signed-*)
  return {
      {"MKL", word_after("Math Kernel Library Version ", config)},
      {"oneDNN", word_after("MKL-DNN v", config)},
      {"OpenMP", word_after("OpenMP ", config)},
      {"instructions", text_after("CPU capability usage: ", config)},
      {"bfloat16", cpu_has_bfloat16_matrices() ? "matrix instructions"
                   : cpu_has_bfloat16()        ? "vector instructions"
                                               : "none, computed in float32"},
      {"threads", fmt::format("{} of {}", at::get_num_threads(), counted(usable_cpus(), "core"))},
      {"devices", devices == 0 ? "cpu" : "cpu, " + counted(devices, "CUDA device")},
      {"libraries", libraries(true)},
      {"left out", libraries(false)}};
}

Environment read_environment() {
  return {kVersion,
          kSource,
          compat::torch_version(),
          loaded_library(),
          text_after("CPU capability usage: ", at::show_config()),
          processor_name()};
}

}  // namespace reslab::app
