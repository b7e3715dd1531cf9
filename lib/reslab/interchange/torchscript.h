#pragma once

#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

namespace reslab {

/// Writes a traced network (model/trace.h) as a TorchScript file, which torch::jit::load and
/// Python's torch.jit.load read. `metadata` becomes its extra files. Throws IoError.
void save_torchscript(const std::filesystem::path& path, const torch::jit::Module& traced,
                      const std::map<std::string, std::string>& metadata = {});

struct TorchScriptFile {
  torch::jit::Module module;  // on the CPU
  std::map<std::string, std::string> metadata;
};

/// Reads a TorchScript file with those of the extra files named `keys` that it has. Throws
/// InvalidInput when there is no such file or it is none of TorchScript's.
TorchScriptFile load_torchscript(const std::filesystem::path& path,
                                 const std::vector<std::string>& keys = {});

/// The same from a file that was opened already, `where` being its path for messages.
TorchScriptFile load_torchscript(std::istream& file, const std::string& where,
                                 const std::vector<std::string>& keys = {});

}  // namespace reslab
