#include <algorithm>
#include <filesystem>
#include <iterator>

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <torch/cuda.h>

#include "app/runs/environment.h"
#include "reslab/base/cpu_count.h"
#include "reslab/base/cpu_features.h"
#include "reslab/base/optional_libraries.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

/// Returns the path of the loaded library that contains ATen's operators.
std::string loaded_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&at::show_config), &info) == 0) return "";
  return std::filesystem::path(info.dli_fname).lexically_normal().string();
}

/// The word after the marker, or "none".
std::string word_after(const std::string& marker, const std::string& text) {
  const auto rest = text_after(marker, text);
  return rest == "unknown" ? "none" : rest.substr(0, rest.find_first_of(" -"));
}

std::string libraries(bool built_in) {
#ifdef RESLAB_HAS_FETCH
  constexpr bool kFetches = true;
#else
  constexpr bool kFetches = false;
#endif
  const std::vector<OptionalLibrary> others = {
      {"libcurl, libarchive", "reslab fetch", kFetches},
      {"MPI", "several processes", RESLAB_HAS_MPI != 0},
      {"NCCL", "gradients from GPU to GPU", RESLAB_HAS_NCCL != 0}};
  std::vector<OptionalLibrary> found;
  for (const auto& libraries : {optional_libraries(), others})
    std::ranges::copy_if(libraries, std::back_inserter(found),
                         [built_in](const auto& library) { return library.built_in == built_in; });
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
  auto environment = basic_environment();
  environment.torch_library = loaded_library();
  environment.instructions = text_after("CPU capability usage: ", at::show_config());
  return environment;
}

}  // namespace reslab::app
