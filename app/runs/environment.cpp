#include "app/runs/environment.h"

#include <fstream>

#include <ATen/Version.h>
#include <dlfcn.h>

#include "app/runs/source_version.h"
#include "reslab/base/compat.h"
#include "reslab/kernels/cpu_features.h"

namespace reslab::app {
namespace {

/// Returns the path of the loaded library that contains ATen's operators.
std::string loaded_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&at::show_config), &info) == 0) return "";
  return info.dli_fname;
}

/// Reads the line "CPU capability usage: AVX2" that every version of LibTorch prints.
std::string cpu_capability() {
  const std::string marker = "CPU capability usage: ";
  const auto text = at::show_config();
  const auto begin = text.find(marker);
  if (begin == std::string::npos) return "unknown";
  const auto start = begin + marker.size();
  return text.substr(start, text.find('\n', start) - start);
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const auto colon = line.find(": ");
    if (colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace

Environment read_environment() {
  return {kVersion,         kSource,          compat::torch_version(), loaded_library(),
          cpu_capability(), processor_name(), cpu_has_bfloat16()};
}

}  // namespace reslab::app
