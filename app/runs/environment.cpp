#include "app/runs/environment.h"

#include <fstream>
#include <iterator>

#include <ATen/Version.h>
#include <dlfcn.h>

#include "reslab/base/compat.h"

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

}  // namespace

Environment read_environment() {
  return {kVersion,
          kSource,
          compat::torch_version(),
          loaded_library(),
          text_after("CPU capability usage: ", at::show_config()),
          processor_name()};
}

}  // namespace reslab::app
