#include "reslab/interchange/python_checkpoint.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <functional>
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

/// Whether the section belongs to an optimizer, which keeps tensors for each parameter.
bool is_optimizer(const std::string& section) {
  const auto state = ("." + section).find(".state.");  // of an optimizer, by parameter's number
  return section.find("optim") != std::string::npos ||
         (state != std::string::npos && std::isdigit(static_cast<unsigned char>(
                                            section[state + std::string_view("state.").size()])));
}

/// The order in which sections are preferred: averaged weights, which authors evaluate; the usual
/// keys; all others.
std::size_t preference(const std::string& section) {
  constexpr std::array<std::string_view, 3> kUsual = {"state_dict", "model", "net"};
  if (("_" + section + "_").find("_ema_") != std::string::npos) return 0;
  return 1 + static_cast<std::size_t>(std::ranges::find(kUsual, section) - kUsual.begin());
}

/// The sections that may be a network's weights: not an optimizer's, and with at least half as many
/// tensors as the largest one. The preferred one is first.
std::vector<pickle::Section> weights_sections(std::vector<pickle::Section> sections) {
  std::erase_if(sections, [](const auto& section) { return is_optimizer(section.name); });
  std::size_t most = 0;
  for (const auto& section : sections) most = std::max(most, section.tensors);
  std::erase_if(sections, [most](const auto& section) { return 2 * section.tensors < most; });
  std::ranges::stable_sort(sections, {}, [](const auto& s) { return preference(s.name); });
  return sections;
}

std::string shown(const pickle::Section& section) {
  return section.name.empty() ? "the top level" : "'" + printable(section.name) + "'";
}

/// The tensors of one section; `storage` returns the bytes of the storage with a key.
PythonCheckpoint checkpoint(const pickle::Pickle& pickled, const std::string& where,
                            const std::string& section,
                            const std::function<Bytes(const std::string& key)>& storage) {
  const auto all = pickle::sections(pickled, where);
  const auto likely = weights_sections(all);
  const auto wanted = std::ranges::find(all, section, &pickle::Section::name);
  const bool is_chosen = !section.empty() && wanted != all.end();
  if (likely.empty() && !is_chosen)
    fail(where, "contains tensors of an optimizer only, no weights");
  const auto& taken = is_chosen ? *wanted : likely.front();
  PythonCheckpoint result{{}, taken.name, {}};
  if (!is_chosen && likely.size() > 1)
    result.others = joined(std::span(likely).subspan(1), ", ", shown);
  std::map<std::string, Bytes> storages;
  for (const auto& tensor : pickle::tensors_of(pickled, taken.dict, where)) {
    auto& bytes = storages[tensor.storage];
    if (!bytes) bytes = storage(tensor.storage);
    result.tensors.push_back(stored_tensor(tensor, bytes, where));
  }
  return result;
}

/// Reads the parts of a legacy file in order: pickles of the system, the object and the storages'
/// keys, then the storages.
class LegacyReader {
 public:
  LegacyReader(std::span<const std::byte> file, const std::string& where)
      : rest_(file), where_(where) {}

  PythonCheckpoint read(const std::string& section) {
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
    return checkpoint(object, where_, section, [this](const std::string& key) {
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
  fail(where, "a zip file, but not PyTorch's: it contains no FOLDER/data.pkl");
}

PythonCheckpoint read_zip_checkpoint(const ZipArchive& archive, const std::string& where,
                                     const std::string& section) {
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
  return checkpoint(pickled, where, section, [&](const std::string& key) {
    return std::make_shared<const std::vector<std::byte>>(archive.read(folder + "data/" + key));
  });
}

bool is_legacy_checkpoint(std::span<const std::byte> file) {
  const auto magic = std::as_bytes(std::span(kLegacyMagic));
  const auto start = file.first(std::min(file.size(), kMostBeforeMagic + magic.size()));
  return !file.empty() && file.front() == std::byte{0x80} &&
         !std::ranges::search(start, magic).empty();
}

PythonCheckpoint read_legacy_checkpoint(std::span<const std::byte> file, const std::string& where,
                                        const std::string& section) {
  return LegacyReader(file, where).read(section);
}

}  // namespace reslab
