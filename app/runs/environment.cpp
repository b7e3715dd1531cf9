#include "app/runs/environment.h"

#include <fstream>
#include <iterator>

namespace reslab::app {

// The build writes the source file that defines these constants.
extern const char* const kVersion;
extern const char* const kSource;
extern const char* const kTorchVersion;

std::string text_after(const std::string& marker, const std::string& text) {
  const auto found = text.find(marker);
  if (found == std::string::npos) return "unknown";
  const auto start = found + marker.size();
  return text.substr(start, text.find('\n', start) - start);
}

Environment basic_environment() {
  std::ifstream file("/proc/cpuinfo");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Environment environment;
  environment.version = kVersion;
  environment.source = kSource;
  environment.torch = kTorchVersion;
  environment.processor = text_after("model name\t: ", text);
  return environment;
}

}  // namespace reslab::app
