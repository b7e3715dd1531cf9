#include "reslab/interchange/python_checkpoint.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>

#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/byte_reader.h"
#include "reslab/interchange/pickle.h"
#include "reslab/interchange/pickled_tensors.h"
#include "reslab/interchange/safetensors.h"

namespace reslab {
namespace {

using Bytes = std::shared_ptr<const std::vector<std::byte>>;

constexpr std::string_view kRecord = "data.pkl";

// The magic number, a pickled integer, and the bytes before it: the pickle's protocol and, from
// protocol 4 on, the length of a frame.
constexpr auto kLegacyMagic = std::to_array<unsigned char>(
    {0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'});
constexpr std::size_t kMostBeforeMagic = 11;
constexpr std::int64_t kLegacyVersion = 1001;

[[noreturn]] void fail(const std::string& where, const std::string& what) {
  throw InvalidInput(where + ": " + what);
}

StoredTensor stored_tensor(const pickle::Tensor& tensor, const Bytes& storage,
                           const std::string& where) {
  StoredTensor result{tensor.name, tensor.dtype, tensor.shape, tensor.strides, 0, storage};
  std::int64_t offset = 0;
  const auto element = static_cast<std::int64_t>(safetensors::element_size(tensor.dtype));
  const bool impossible =
      tensor.offset < 0 || __builtin_mul_overflow(tensor.offset, element, &offset);
  result.offset = static_cast<std::size_t>(offset);
  const auto error = impossible ? "it lies outside its storage" : stored_tensor_error(result);
  if (!error.empty()) fail(where, "'" + printable(tensor.name) + "' is damaged: " + error);
  return result;
}

/// The tensors of one section; `storage` returns the bytes of the storage with a key.
std::vector<StoredTensor> checkpoint(const pickle::Pickle& pickled, const std::string& where,
                                     const ChooseSet& choose,
                                     const std::function<Bytes(const std::string& key)>& storage) {
  std::vector<WeightsSet> sets;
  const auto sections = pickle::sections(pickled, where);
  for (const auto& section : sections) {
    WeightsSet set{section.name, {}, section.is_list ? section.tensors : 0};
    for (const auto& tensor : pickle::tensors_of(pickled, section.dict, where))
      set.entries.push_back({tensor.name, tensor.dtype, tensor.shape});
    sets.push_back(std::move(set));
  }
  std::vector<StoredTensor> result;
  std::map<std::string, Bytes> storages;
  for (const auto& tensor : pickle::tensors_of(pickled, sections[choose(sets)].dict, where)) {
    if (!tensor.error.empty()) fail(where, "'" + printable(tensor.name) + "' " + tensor.error);
    auto& bytes = storages[tensor.storage];
    if (!bytes) bytes = storage(tensor.storage);
    result.push_back(stored_tensor(tensor, bytes, where));
  }
  return result;
}

/// Reads the parts of a legacy file in order: pickles of the system, the object and the storages'
/// keys, then the storages.
class LegacyReader {
 public:
  LegacyReader(std::span<const std::byte> file, const std::string& where)
      : rest_(file), where_(where) {}

  std::vector<StoredTensor> read(const ChooseSet& choose) {
    next_pickle();  // the magic number
    const auto version = next_pickle();
    const auto* const number = std::get_if<std::int64_t>(&version[version.root]);
    if (!number || *number != kLegacyVersion) fail(where_, "its format has another version");
    check_system(next_pickle());
    const auto object = next_pickle();
    const auto keys = next_pickle();
    read_storages(object, keys);
    if (!rest_.empty())
      fail(where_, std::to_string(rest_.size()) + " bytes follow the last storage");
    return checkpoint(object, where_, choose, [this](const std::string& key) {
      const auto& bytes = storages_[key];
      if (!bytes) fail(where_, "the storage '" + printable(key) + "' is missing");
      return bytes;
    });
  }

 private:
  pickle::Pickle next_pickle() {
    auto pickled = pickle::parse(rest_, where_);
    rest_ = rest_.subspan(pickled.size);
    return pickled;
  }

  void check_system(const pickle::Pickle& system) const {
    const auto* const dict = std::get_if<pickle::Dict>(&system[system.root]);
    if (!dict) fail(where_, "damaged: it does not say which system wrote it");
    for (const auto& [key, value] : dict->items) {
      const auto* const name = std::get_if<std::string>(&system[key]);
      const auto* const little = std::get_if<bool>(&system[value]);
      if (name && *name == "little_endian" && little && !*little)
        fail(where_, "written on a big-endian machine, which is not supported");
    }
  }

  /// For each key: the number of elements as a 64-bit integer, then the elements.
  void read_storages(const pickle::Pickle& object, const pickle::Pickle& keys) {
    std::map<std::string, pickle::Storage> known;
    for (auto& storage : pickle::storages(object, where_)) known[storage.key] = storage;
    const auto* const list = std::get_if<pickle::Sequence>(&keys[keys.root]);
    if (!list) fail(where_, "damaged: it does not say which storages follow");
    for (const auto item : list->items) {
      const auto* const key = std::get_if<std::string>(&keys[item]);
      const auto storage = key ? known.find(*key) : known.end();
      if (storage == known.end() || storages_.contains(*key))
        fail(where_, "damaged: it contains a storage that no tensor uses, or one twice");
      read_storage(storage->second);
    }
  }

  void read_storage(const pickle::Storage& storage) {
    const auto name = "the storage '" + printable(storage.key) + "'";
    ByteReader bytes(rest_, where_ + ": " + name + " is incomplete (truncated?)");
    const auto elements = bytes.number<std::uint64_t>();
    if (elements != storage.elements) fail(where_, name + " is damaged: it has another size");
    if (elements > bytes.left()) fail(where_, name + " is incomplete (truncated?)");
    const auto taken = bytes.take(static_cast<std::size_t>(elements) * storage.element_size);
    storages_[storage.key] =
        std::make_shared<const std::vector<std::byte>>(taken.begin(), taken.end());
    rest_ = rest_.subspan(bytes.position());
  }

  std::span<const std::byte> rest_;
  const std::string& where_;
  std::map<std::string, Bytes> storages_;
};

}  // namespace

std::string checkpoint_folder(const ZipArchive& archive, const std::string& where) {
  for (const auto& name : archive.names())
    if (name.ends_with(kRecord)) {
      const auto folder = name.substr(0, name.size() - kRecord.size());
      if (folder.ends_with('/') && folder.find('/') == folder.size() - 1) return folder;
    }
  if (std::ranges::any_of(archive.names(), [](const auto& name) {
        return name.ends_with("archive_format") || name.ends_with("models/model.json");
      }))
    fail(where, "a file of torch.export; expected torch.save(model.state_dict(), …)");
  fail(where, "a zip file, but not of torch.save: it contains no FOLDER/data.pkl");
}

std::vector<StoredTensor> read_zip_checkpoint(const ZipArchive& archive, const std::string& where,
                                              const ChooseSet& choose) {
  const auto folder = checkpoint_folder(archive, where);
  if (archive.has(folder + "byteorder")) {
    const auto order = archive.read(folder + "byteorder");
    constexpr std::string_view kLittle = "little";
    if (!std::ranges::equal(std::as_bytes(std::span(kLittle)), order))
      fail(where, "written on a big-endian machine, which is not supported");
  }
  const auto record = archive.read(folder + std::string(kRecord));
  const auto pickled = pickle::parse(record, where);
  if (pickled.size != record.size())
    fail(where, "its pickle is damaged: more bytes follow its end");
  return checkpoint(pickled, where, choose, [&](const std::string& key) {
    return std::make_shared<const std::vector<std::byte>>(archive.read(folder + "data/" + key));
  });
}

bool is_legacy_checkpoint(std::span<const std::byte> file) {
  const auto magic = std::as_bytes(std::span(kLegacyMagic));
  const auto start = file.first(std::min(file.size(), kMostBeforeMagic + magic.size()));
  return !file.empty() && file.front() == std::byte{0x80} &&
         !std::ranges::search(start, magic).empty();
}

std::vector<StoredTensor> read_legacy_checkpoint(std::span<const std::byte> file,
                                                 const std::string& where,
                                                 const ChooseSet& choose) {
  return LegacyReader(file, where).read(choose);
}

}  // namespace reslab
