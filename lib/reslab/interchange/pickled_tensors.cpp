#include "reslab/interchange/pickled_tensors.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "reslab/base/error.h"
#include "reslab/base/text.h"
#include "reslab/interchange/checkpoint_globals.h"

namespace reslab::pickle {
namespace {

using Items = std::vector<std::pair<Ref, Ref>>;

// Limits, because a small file may refer to the same value many times and so use much memory.
constexpr std::size_t kMostDimensions = 64;  // PyTorch's own limit
constexpr std::size_t kLongestName = 1000;

constexpr std::array<std::string_view, 3> kSections = {"state_dict", "model", "net"};

class TensorReader {
 public:
  TensorReader(const Pickle& pickle, const std::string& where) : pickle_(pickle), where_(where) {}

  std::vector<Storage> storages() const {
    std::map<std::string, Storage> found;
    for (const auto& value : pickle_.values) {
      const auto* const persistent = std::get_if<Persistent>(&value);
      if (!persistent) continue;
      auto storage = storage_of(*persistent);
      const auto [known, is_new] = found.try_emplace(storage.key, storage);
      if (!is_new && (known->second.element_size != storage.element_size ||
                      known->second.elements != storage.elements))
        fail("its pickle is damaged: two sizes of the storage '" + printable(storage.key) + "'");
    }
    std::vector<Storage> list;
    for (auto& entry : found) list.push_back(std::move(entry.second));
    return list;
  }

  StateDict state_dict() const {
    const auto top = items_of(pickle_.root);
    if (!top) fail("contains no dict of tensors; expected torch.save(model.state_dict(), …)");
    for (const auto section : kSections)
      for (const auto& [key, value] : *top)
        if (text_of(key) == section)
          if (const auto inner = items_of(value))
            if (auto tensors = tensors_of(*inner); !tensors.empty())
              return {std::string(section), std::move(tensors)};
    auto tensors = tensors_of(*top);
    if (tensors.empty())
      fail("contains no tensors at its top level or under 'state_dict', 'model', 'net'" +
           keys(*top));
    return {"", std::move(tensors)};
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InvalidInput(where_ + ": " + what);
  }

  std::string_view text_of(Ref ref) const {
    const auto* const text = std::get_if<std::string>(&pickle_[ref]);
    return text ? *text : std::string_view();
  }

  /// The known global that the value refers to; for other values, one without a role.
  const CheckpointGlobal& global_of(Ref ref) const {
    static constexpr CheckpointGlobal kNone;
    const auto* const global = std::get_if<Global>(&pickle_[ref]);
    const auto* const known = global ? checkpoint_global(global->name) : nullptr;
    return known ? *known : kNone;
  }

  const Sequence* sequence_of(Ref ref) const { return std::get_if<Sequence>(&pickle_[ref]); }

  /// The items of a dict or a subclass of it; empty for other values.
  std::optional<Items> items_of(Ref ref) const {
    if (const auto* const dict = std::get_if<Dict>(&pickle_[ref])) return dict->items;
    const auto* const call = std::get_if<Call>(&pickle_[ref]);
    if (!call || global_of(call->function).role != Role::dict) return std::nullopt;
    Items items;
    // Python 2 passes an OrderedDict's items to its constructor as a list of pairs.
    const auto& arguments = sequence_of(call->arguments)->items;
    if (const auto* const list = arguments.size() == 1 ? sequence_of(arguments.front()) : nullptr)
      for (const auto entry : list->items)
        if (const auto* const pair = sequence_of(entry); pair && pair->items.size() == 2)
          items.emplace_back(pair->items[0], pair->items[1]);
    items.insert(items.end(), call->items.items.begin(), call->items.items.end());
    return items;
  }

  std::string keys(const Items& items) const {
    constexpr std::size_t kMost = 10;
    std::string list;
    for (std::size_t i = 0; i < std::min(items.size(), kMost); ++i)
      list += (i == 0 ? "; its keys: " : ", ") + printable(text_of(items[i].first));
    return list + (items.size() > kMost ? ", …" : "");
  }

  std::vector<Tensor> tensors_of(const Items& items) const {
    std::vector<Tensor> tensors;
    std::map<std::string_view, std::size_t> place;  // by name; the last assignment wins
    for (const auto& [key, value] : items) {
      if (!std::holds_alternative<std::string>(pickle_[key])) continue;
      auto tensor = tensor_of(value);
      if (!tensor) continue;
      if (text_of(key).size() > kLongestName)
        fail("its pickle is damaged: a tensor's name is too long");
      tensor->name = text_of(key);
      const auto [known, is_new] = place.try_emplace(text_of(key), tensors.size());
      if (is_new)
        tensors.push_back(std::move(*tensor));
      else
        tensors[known->second] = std::move(*tensor);
    }
    return tensors;
  }

  /// The tensor that a call of a PyTorch function creates; empty for other values.
  std::optional<Tensor> tensor_of(Ref ref) const {
    const auto* const call = std::get_if<Call>(&pickle_[ref]);
    if (!call) return std::nullopt;
    auto role = global_of(call->function).role;
    const auto* arguments = &sequence_of(call->arguments)->items;
    if (role == Role::parameter) {  // never nested
      const auto* const inner =
          arguments->empty() ? nullptr : std::get_if<Call>(&pickle_[arguments->front()]);
      if (!inner) fail("its pickle is damaged: a Parameter without a tensor");
      role = global_of(inner->function).role;
      arguments = &sequence_of(inner->arguments)->items;
    }
    if (role == Role::subclass) {
      const auto* const own = arguments->size() < 3 ? nullptr : sequence_of((*arguments)[2]);
      if (!own) fail("its pickle is damaged: a tensor without its arguments");
      role = global_of(arguments->front()).role;
      arguments = &own->items;
    }
    if (role != Role::tensor && role != Role::typed_tensor) return std::nullopt;
    return rebuild(*arguments, role == Role::typed_tensor);
  }

  /// `arguments`: (storage, offset, shape, strides, requires_grad, hooks[, dtype[, metadata]]).
  Tensor rebuild(const std::vector<Ref>& arguments, bool typed) const {
    constexpr std::size_t kDtype = 6;
    const auto* const persistent =
        arguments.empty() ? nullptr : std::get_if<Persistent>(&pickle_[arguments[0]]);
    const auto* const offset =
        arguments.size() < 4 ? nullptr : std::get_if<std::int64_t>(&pickle_[arguments[1]]);
    if (!persistent || !offset || (typed && arguments.size() <= kDtype))
      fail("its pickle is damaged: a tensor without a storage, offset, shape or strides");
    const auto storage = storage_of(*persistent);
    Tensor tensor{"",      storage.dtype, integers(arguments[2]), integers(arguments[3]),
                  *offset, storage.key};
    if (typed) tensor.dtype = global_of(arguments[kDtype]).dtype;
    return tensor;
  }

  std::vector<std::int64_t> integers(Ref ref) const {
    std::vector<std::int64_t> list;
    const auto* sequence = sequence_of(ref);
    // Accepts torch.Size((2, 3)) as well as (2, 3).
    if (const auto* const call = std::get_if<Call>(&pickle_[ref]))
      if (const auto& items = sequence_of(call->arguments)->items; items.size() == 1)
        sequence = sequence_of(items.front());
    if (!sequence || sequence->items.size() > kMostDimensions)
      fail("its pickle is damaged: a tensor's shape is no list of at most 64 numbers");
    for (const auto item : sequence->items) {
      const auto* const number = std::get_if<std::int64_t>(&pickle_[item]);
      if (!number) fail("its pickle is damaged: a tensor's shape is not of integers");
      list.push_back(*number);
    }
    return list;
  }

  /// `persistent.id`: ('storage', class, key, device, elements[, view]).
  Storage storage_of(const Persistent& persistent) const {
    const auto* const id = sequence_of(persistent.id);
    if (!id || id->items.size() < 5 || text_of(id->items[0]) != "storage")
      fail(
          "its pickle refers to more than storages (a whole model?); expected "
          "torch.save(model.state_dict(), …)");
    const auto* const elements = std::get_if<std::int64_t>(&pickle_[id->items[4]]);
    const auto* const key = std::get_if<std::string>(&pickle_[id->items[2]]);
    if (!key || key->size() > kLongestName || !elements || *elements < 0)
      fail("its pickle is damaged: a storage without its key or size");
    if (id->items.size() > 5 && !std::holds_alternative<None>(pickle_[id->items[5]]))
      fail("contains views of storages, which only PyTorch before 0.4 wrote; save it again");
    const auto& kind = global_of(id->items[1]);
    if (kind.role != Role::storage && kind.role != Role::untyped_storage)
      fail("its pickle is damaged: a storage without its type");
    return {*key, std::string(kind.dtype), kind.element_size,
            static_cast<std::uint64_t>(*elements)};
  }

  const Pickle& pickle_;
  const std::string& where_;
};

}  // namespace

std::vector<Storage> storages(const Pickle& pickle, const std::string& where) {
  return TensorReader(pickle, where).storages();
}

StateDict state_dict(const Pickle& pickle, const std::string& where) {
  return TensorReader(pickle, where).state_dict();
}

}  // namespace reslab::pickle
