#include "reslab/interchange/torchscript.h"

#include <fstream>
#include <span>
#include <sstream>

#include <torch/csrc/jit/serialization/import.h>

#include "reslab/base/error.h"
#include "reslab/base/file.h"

namespace reslab {

void save_torchscript(const std::filesystem::path& path, const torch::jit::Module& traced,
                      const std::map<std::string, std::string>& metadata) {
  std::ostringstream stream;
  traced.save(stream, torch::jit::ExtraFilesMap(metadata.begin(), metadata.end()));
  const auto bytes = stream.str();  // view() does not exist with the old ABI of std::string
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(bytes)));
  file.commit();
}

TorchScriptFile load_torchscript(std::istream& file, const std::string& where,
                                 const std::vector<std::string>& keys) {
  torch::jit::ExtraFilesMap extra;
  for (const auto& key : keys) extra[key];
  try {
    TorchScriptFile read{torch::jit::load(file, c10::Device(c10::kCPU), extra), {}};
    read.module.eval();
    for (const auto& [key, text] : extra)
      if (!text.empty()) read.metadata[key] = text;
    return read;
  } catch (const std::exception& error) {
    const std::string what = error.what();  // its message, then a stack trace
    throw InvalidInput(where + ": not a TorchScript file, or damaged (" +
                       what.substr(0, what.find('\n')) + ")");
  }
}

TorchScriptFile load_torchscript(const std::filesystem::path& path,
                                 const std::vector<std::string>& keys) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InvalidInput(path.string() + ": no such file");
  return load_torchscript(file, path.string(), keys);
}

}  // namespace reslab
