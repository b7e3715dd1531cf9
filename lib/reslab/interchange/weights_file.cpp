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

/// Whether the entry is not a weight: thop's counts of each layer, the counter of
/// torch.optim.swa_utils.AveragedModel.
bool is_added(const std::string& name) {
  constexpr std::array<std::string_view, 3> kAdded = {"total_ops", "total_params", "n_averaged"};
  const auto last = std::string_view(name).substr(name.rfind('.') + 1);
  return std::ranges::find(kAdded, last) != kAdded.end();
}

/// Whether networks have a layer of this name at their top level: "conv1", "fc". It is no prefix,
/// even if all tensors of a file are its.
bool is_layer(std::string_view name) {
  static constexpr auto kLayers = std::to_array<std::string_view>(
      {"conv", "bn", "layer", "fc", "features", "classifier", "linear"});
  return std::ranges::any_of(kLayers, [name](auto layer) {
    return name.starts_with(layer) &&
           name.find_first_not_of("0123456789_x", layer.size()) == name.npos;
  });
}

/// The beginning that all names share, up to a dot and without names of layers.
std::string common_prefix(const std::vector<StoredTensor>& tensors) {
  std::string prefix;
  if (tensors.empty()) return prefix;
  const auto& first = tensors.front().name;
  for (;;) {
    const auto dot = first.find('.', prefix.size());
    if (dot == std::string::npos) return prefix;
    const auto longer = first.substr(0, dot + 1);
    if (is_layer(std::string_view(first).substr(prefix.size(), dot - prefix.size())) ||
        !std::ranges::all_of(tensors, [&](const auto& t) { return t.name.starts_with(longer); }))
      return prefix;
    prefix = longer;
  }
}

/// Removes what no network has from the names and the list.
void tidy(WeightsFile& weights) {
  std::erase_if(weights.tensors, [](const auto& tensor) { return is_added(tensor.name); });
  const auto prefix = common_prefix(weights.tensors).size();
  for (auto& tensor : weights.tensors) tensor.name.erase(0, prefix);
}

/// Keeps the tensors whose names begin with the section, which is not a key of the file.
void keep_section(WeightsFile& weights, const std::string& section) {
  const auto prefix = section + '.';
  const auto size = weights.tensors.size();
  std::erase_if(weights.tensors, [&](const auto& t) { return !t.name.starts_with(prefix); });
  if (weights.tensors.empty())
    throw InvalidInput(weights.where + ": has no weights '" + printable(section) + "'; it has " +
                       std::to_string(size) + " tensors" +
                       (weights.section.empty() ? "" : " in '" + printable(weights.section) + "'"));
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

WeightsFile read_weights(const std::filesystem::path& path, const std::string& section) {
  return parse_weights(std::make_shared<const std::vector<std::byte>>(read_file(path)),
                       path.string(), section);
}

WeightsFile parse_weights(const std::shared_ptr<const std::vector<std::byte>>& file,
                          const std::string& where, const std::string& section) {
  WeightsFile weights{where, model_format(*file, where), "", {}, {}, ""};
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
                          ? read_zip_checkpoint(ZipArchive(*file, where), where, section)
                          : read_legacy_checkpoint(*file, where, section);
    weights.tensors = std::move(checkpoint.tensors);
    weights.section = std::move(checkpoint.section);
    if (!checkpoint.others.empty())
      weights.note = where + ": took the weights " +
                     (weights.section.empty() ? "at the top level" : in_quotes(weights.section)) +
                     "; it also has " + checkpoint.others + ": choose with FILE:SECTION";
  }
  if (!section.empty() && section != weights.section) keep_section(weights, section);
  tidy(weights);
  return weights;
}

}  // namespace reslab
