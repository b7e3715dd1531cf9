#include "reslab/interchange/weights_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <system_error>

#include "reslab/base/error.h"
#include "reslab/base/file.h"
#include "reslab/base/text.h"
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

/// Whether the text can be the start of a text file: no control characters but white space.
bool is_text(std::string_view start) {
  return std::ranges::all_of(start, [](char c) {
    return static_cast<unsigned char>(c) >= ' ' || c == '\n' || c == '\r' || c == '\t';
  });
}

}  // namespace

ModelFormat model_format(std::span<const std::byte> file, const std::string& where) {
  if (is_legacy_checkpoint(file)) return ModelFormat::checkpoint_legacy;
  if (starts_with(file, "PK\3\4"))
    return is_torchscript(ZipArchive(file, where), where) ? ModelFormat::torchscript
                                                          : ModelFormat::checkpoint_zip;
  if (is_safetensors(file)) return ModelFormat::safetensors;
  throw InvalidInput(where + ": " + kind_of(file) +
                     "; expected safetensors, or a state dict that Python's torch.save wrote");
}

std::string kind_of(std::span<const std::byte> file) {
  constexpr std::size_t kStart = 256;
  const std::string_view start(reinterpret_cast<const char*>(file.data()),
                               std::min(file.size(), kStart));
  if (start.empty()) return "an empty file";
  if (is_legacy_checkpoint(file)) return "a checkpoint of PyTorch";
  if (is_safetensors(file)) return "a safetensors file";
  // The version of the format, then the producer, the graph or the operator set.
  if (start.size() > 2 && start[0] == 8 && start[1] > 2 && start[1] < 32 &&
      "\x12\x3a\x42"sv.find(start[2]) != std::string_view::npos)
    return "an ONNX file";
  static constexpr auto kStarts = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"PK\3\4", "a zip file: a checkpoint of PyTorch or a TorchScript file"},
       {"\x80", "a pickle, but not in a format of torch.save"},
       {"\xff\xd8\xff", "a JPEG image"},
       {"\x89PNG", "a PNG image"},
       {"\x89HDF", "an HDF5 file"},
       {"GGUF", "a GGUF file"},
       {"\x1f\x8b", "a gzip file"},
       {"{", "a JSON file"}});
  for (const auto& [bytes, kind] : kStarts)
    if (start.starts_with(bytes)) return std::string(kind);
  return is_text(start) ? "a text file" : "a file of unknown kind";
}

std::pair<std::string, std::string> split_section(const std::string& text) {
  const auto colon = text.rfind(':');
  std::error_code error;
  if (colon == std::string::npos || std::filesystem::exists(text, error) ||
      !std::filesystem::exists(text.substr(0, colon), error))
    return {text, ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

WeightsFile read_weights(const std::filesystem::path& path, const std::string& section,
                         const WantedWeights& wanted) {
  return parse_weights(std::make_shared<const std::vector<std::byte>>(read_file(path)),
                       path.string(), section, wanted);
}

WeightsFile parse_weights(const std::shared_ptr<const std::vector<std::byte>>& file,
                          const std::string& where, const std::string& section,
                          const WantedWeights& wanted) {
  WeightsFile weights{where, model_format(*file, where), "", {}, {}, ""};
  WeightsChoice choice;
  const auto choose = [&](const std::vector<WeightsSet>& sets) {
    choice = choose_weights(sets, section, wanted, where);
    weights.section = sets[choice.set].section;
    return choice.set;
  };
  if (weights.format == ModelFormat::safetensors) {
    auto header = safetensors::parse(*file, where);
    weights.tensors = safetensors::tensors(header, file);
    weights.metadata = std::move(header.metadata);
    if (weights.tensors.empty()) throw InvalidInput(where + ": holds no tensors");
    choose({{"", entries_of(weights)}});
  } else if (weights.format == ModelFormat::torchscript) {
    throw InvalidInput(where +
                       ": a TorchScript file, which contains a network; expected weights, for "
                       "example model.state_dict() saved by torch.save");
  } else if (weights.format == ModelFormat::checkpoint_zip) {
    weights.tensors = read_zip_checkpoint(ZipArchive(*file, where), where, choose);
  } else {
    weights.tensors = read_legacy_checkpoint(*file, where, choose);
  }
  weights.note = std::move(choice.note);
  for (std::size_t i = 0; i < weights.tensors.size(); ++i)
    weights.tensors[i].name = std::move(choice.names[i]);
  std::erase_if(weights.tensors, [](const auto& tensor) { return tensor.name.empty(); });
  return weights;
}

std::vector<WeightEntry> entries_of(const WeightsFile& file) {
  std::vector<WeightEntry> entries;
  for (const auto& tensor : file.tensors)
    entries.push_back({tensor.name, tensor.dtype, tensor.shape});
  return entries;
}

}  // namespace reslab
