#pragma once

#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

namespace reslab {

/// Writes a traced network (model/graph.h) as a TorchScript file for torch::jit::load and Python's
/// torch.jit.load. `metadata` becomes its extra files. Throws IoError.
void save_torchscript(const std::filesystem::path& path, const torch::jit::Module& traced,
                      const std::map<std::string, std::string>& metadata = {});

struct TorchScriptFile {
  torch::jit::Module module;  // on the CPU
  std::map<std::string, std::string> metadata;
};

/// Reads a TorchScript file and those of its extra files whose names are in `keys`. Throws
/// InvalidInput if the file does not exist or is no TorchScript file.
TorchScriptFile load_torchscript(const std::filesystem::path& path,
                                 const std::vector<std::string>& keys = {});

/// Reads a TorchScript file from a stream. Error messages begin with `where`, usually the path.
TorchScriptFile load_torchscript(std::istream& file, const std::string& where,
                                 const std::vector<std::string>& keys = {});

}  // namespace reslab
