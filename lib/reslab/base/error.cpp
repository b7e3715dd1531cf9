#include "reslab/base/error.h"

#include <filesystem>
#include <new>

namespace reslab {

InvalidInput::InvalidInput(const std::vector<std::string>& lines)
    : std::runtime_error(joined(lines, "\n", visible_text)) {
  for (const auto& line : lines) lines_.push_back(visible_text(line));
}

std::vector<std::string> lines_of(const std::exception& error) {
  if (const auto* invalid = dynamic_cast<const InvalidInput*>(&error)) return invalid->lines();
  if (const auto* of_file = dynamic_cast<const std::filesystem::filesystem_error*>(&error))
    return {visible_text(of_file->path1().string() + ": " + of_file->code().message())};
  const std::string text = error.what();
  const auto has = [&text](const char* part) { return text.find(part) != text.npos; };
  if (has("CUDA out of memory")) return {"not enough memory on the GPU"};
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr || has("DefaultCPUAllocator"))
    return {"not enough memory"};
  return {visible_text(text.substr(0, text.find('\n')))};
}

}  // namespace reslab
