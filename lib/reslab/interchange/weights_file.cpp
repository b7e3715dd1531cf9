#include "reslab/interchange/weights_file.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/interchange/python_checkpoint.h"
#include "reslab/interchange/safetensors.h"

namespace reslab {
namespace {

using namespace std::string_view_literals;

bool starts_with(std::span<const std::byte> file, std::string_view start) {
  return file.size() >= start.size() && std::memcmp(file.data(), start.data(), start.size()) == 0;
}

/// Whether the file begins with a header length that safetensors allows and a "{".
bool is_safetensors(std::span<const std::byte> file) {
  std::uint64_t length = 0;
  if (file.size() <= sizeof length || file[sizeof length] != std::byte{'{'}) return false;
  std::memcpy(&length, file.data(), sizeof length);
  return length <= safetensors::kLargestHeader;
}

/// Whether the archive contains TorchScript's code and constants.
bool is_torchscript(const ZipArchive& archive, const std::string& where) {
  const auto folder = checkpoint_folder(archive, where);
  return archive.has(folder + "constants.pkl") &&
         std::ranges::any_of(archive.names(), [code = folder + "code/"](const auto& name) {
           return name.starts_with(code);
         });
}

}  // namespace

ModelFormat model_format(std::span<const std::byte> file, const std::string& where) {
  if (is_legacy_checkpoint(file)) return ModelFormat::checkpoint_legacy;
  if (starts_with(file, "PK\3\4"))
    return is_torchscript(ZipArchive(file, where), where) ? ModelFormat::torchscript
                                                          : ModelFormat::checkpoint_zip;
  if (is_safetensors(file)) return ModelFormat::safetensors;
  const auto* const what = file.empty() ? "an empty file"
                           : starts_with(file, "\x80"sv)
                               ? "a pickle, but not in the default format of torch.save"
                               : "no weights file";
  throw InvalidInput(where + ": " + what +
                     "; expected safetensors, or a state dict that Python's torch.save wrote");
}

WeightsFile read_weights(const std::filesystem::path& path) {
  return parse_weights(std::make_shared<const std::vector<std::byte>>(read_file(path)),
                       path.string());
}

WeightsFile parse_weights(const std::shared_ptr<const std::vector<std::byte>>& file,
                          const std::string& where) {
  WeightsFile weights{where, model_format(*file, where), "", {}, {}};
  if (weights.format == ModelFormat::safetensors) {
    auto header = safetensors::parse(*file, where);
    weights.tensors = safetensors::tensors(header, file);
    weights.metadata = std::move(header.metadata);
  } else if (weights.format == ModelFormat::torchscript) {
    throw InvalidInput(where +
                       ": a TorchScript file, which contains a network; expected weights, for "
                       "example model.state_dict() saved by torch.save");
  } else {
    auto checkpoint = weights.format == ModelFormat::checkpoint_zip
                          ? read_zip_checkpoint(ZipArchive(*file, where), where)
                          : read_legacy_checkpoint(*file, where);
    weights.tensors = std::move(checkpoint.tensors);
    weights.section = std::move(checkpoint.section);
  }
  return weights;
}

}  // namespace reslab
