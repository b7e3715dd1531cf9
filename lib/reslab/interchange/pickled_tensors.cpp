#include "reslab/interchange/pickled_tensors.h"

#include <algorithm>
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
constexpr std::size_t kLongestKey = 100;
constexpr std::size_t kDeepest = 8;
constexpr std::size_t kMostContainers = 100'000;  // on one level

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

  /// Walks the containers level by level and visits each once, because a pickle may share values
  /// and contain cycles.
  std::vector<Section> sections() const {
    std::vector<Section> found;
    std::vector<Section> level = {{"", pickle_.root}};
    std::vector<bool> seen(pickle_.values.size());
    for (std::size_t depth = 0; depth < kDeepest && !level.empty(); ++depth) {
      std::vector<Section> inner;
      for (auto& container : level) {
        if (seen[container.dict]) continue;
        seen[container.dict] = true;
        count_tensors(container, inner);
        if (container.tensors > 0) found.push_back(container);
      }
      level = std::move(inner);
    }
    if (std::ranges::all_of(found, &Section::is_list)) refuse_without_tensors();
    return found;
  }

  std::vector<Tensor> tensors_of(Ref dict) const {
    std::vector<Tensor> tensors;
    std::map<std::string_view, std::size_t> place;  // by name; the last assignment wins
    const auto items = items_of(dict).value_or(Items());
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

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InvalidInput(where_ + ": " + what);
  }

  std::string_view text_of(Ref ref) const {
    const auto* const text = std::get_if<std::string>(&pickle_[ref]);
    return text ? *text : std::string_view();
  }

  /// The name of the global that the value refers to; empty for other values.
  std::string_view global_name(Ref ref) const {
    const auto* const global = std::get_if<Global>(&pickle_[ref]);
    return global ? global->name : std::string_view();
  }

  const CheckpointGlobal& global_of(Ref ref) const { return checkpoint_global(global_name(ref)); }

  const Sequence* sequence_of(Ref ref) const { return std::get_if<Sequence>(&pickle_[ref]); }

  /// The items of a dict or of an object that has keys as a dict has; empty for other values.
  std::optional<Items> items_of(Ref ref) const {
    if (const auto* const dict = std::get_if<Dict>(&pickle_[ref])) return dict->items;
    const auto* const call = std::get_if<Call>(&pickle_[ref]);
    if (!call) return std::nullopt;
    const bool ordered = global_name(call->function) == "collections.OrderedDict";
    if (!ordered && call->items.items.empty()) return std::nullopt;
    Items items;
    // Python 2 passes an OrderedDict's items to its constructor as a list of pairs.
    const auto& arguments = sequence_of(call->arguments)->items;
    const auto* const list =
        ordered && arguments.size() == 1 ? sequence_of(arguments.front()) : nullptr;
    if (list)
      for (const auto entry : list->items)
        if (const auto* const pair = sequence_of(entry); pair && pair->items.size() == 2)
          items.emplace_back(pair->items[0], pair->items[1]);
    items.insert(items.end(), call->items.items.begin(), call->items.items.end());
    return items;
  }

  /// Counts the tensors that are values of the container, and appends the containers in it.
  void count_tensors(Section& container, std::vector<Section>& inner) const {
    const auto add = [&](const std::string& key, Ref value) {
      const auto& held = pickle_[value];
      const bool container_too = std::holds_alternative<Dict>(held) ||
                                 std::holds_alternative<Sequence>(held) ||
                                 std::holds_alternative<Call>(held);
      if (container_too && key.size() <= kLongestKey && inner.size() < kMostContainers)
        inner.push_back({container.name + (container.name.empty() ? "" : ".") + key, value});
    };
    if (const auto items = items_of(container.dict)) {
      for (const auto& [key, value] : *items) {
        const auto* const text = std::get_if<std::string>(&pickle_[key]);
        if (text && is_tensor(value))
          ++container.tensors;
        else if (text)
          add(*text, value);
        else if (const auto* const number = std::get_if<std::int64_t>(&pickle_[key]))
          add(std::to_string(*number), value);
      }
    } else if (const auto* const sequence = sequence_of(container.dict)) {
      container.is_list = true;
      for (std::size_t i = 0; i < sequence->items.size(); ++i)
        if (is_tensor(sequence->items[i]))
          ++container.tensors;
        else
          add(std::to_string(i), sequence->items[i]);
    }
  }

  [[noreturn]] void refuse_without_tensors() const {
    const auto* const object = std::get_if<Call>(&pickle_[pickle_.root]);
    if (is_tensor(pickle_.root))
      fail("contains a single tensor; expected torch.save(model.state_dict(), …)");
    if (const auto items = items_of(pickle_.root)) {
      const bool arrays = std::ranges::any_of(*items, [this](const auto& item) {
        const auto* const call = std::get_if<Call>(&pickle_[item.second]);
        return call && global_name(call->function).ends_with("multiarray._reconstruct");
      });
      fail(arrays ? "contains NumPy arrays, no tensors; expected torch.save(model.state_dict(), …)"
                  : "contains no dict of tensors" + keys(*items));
    }
    fail((object ? "contains an object of '" + printable(global_name(object->function)) +
                       "' (a whole model?)"
                 : std::string("contains no dict of tensors")) +
         "; expected torch.save(model.state_dict(), …)");
  }

  std::string keys(const Items& items) const {
    constexpr std::size_t kMost = 10;
    std::string list;
    for (std::size_t i = 0; i < std::min(items.size(), kMost); ++i)
      list += (i == 0 ? "; its keys: " : ", ") + key_text(items[i].first);
    return list + (items.size() > kMost ? ", …" : "");
  }

  /// A dict's key as Python prints it, for messages. Strings have no quotes.
  std::string key_text(Ref key) const {
    if (const auto* const number = std::get_if<std::int64_t>(&pickle_[key]))
      return std::to_string(*number);
    const auto* const call = std::get_if<Call>(&pickle_[key]);
    if (call && global_name(call->function) == "_codecs.encode")
      if (const auto& arguments = sequence_of(call->arguments)->items; !arguments.empty())
        return "b'" + printable(text_of(arguments.front())) + "'";
    const bool is_text = std::holds_alternative<std::string>(pickle_[key]);
    return is_text ? printable(text_of(key)) : "(no text)";
  }

  bool is_tensor(Ref ref) const {
    const auto* const call = std::get_if<Call>(&pickle_[ref]);
    const auto role = call ? global_of(call->function).role : Role::opaque;
    return role == Role::tensor || role == Role::typed_tensor || role == Role::parameter ||
           role == Role::subclass || role == Role::unreadable;
  }

  /// The tensor that a call of a PyTorch function creates; empty for other values.
  std::optional<Tensor> tensor_of(Ref ref) const {
    const auto* const call = std::get_if<Call>(&pickle_[ref]);
    if (!call) return std::nullopt;
    auto global = global_of(call->function);
    const auto* arguments = &sequence_of(call->arguments)->items;
    if (global.role == Role::parameter) {  // never nested
      const auto* const inner =
          arguments->empty() ? nullptr : std::get_if<Call>(&pickle_[arguments->front()]);
      if (!inner) fail("its pickle is damaged: a Parameter without a tensor");
      global = global_of(inner->function);
      arguments = &sequence_of(inner->arguments)->items;
    }
    if (global.role == Role::subclass) {
      const auto* const own = arguments->size() < 3 ? nullptr : sequence_of((*arguments)[2]);
      if (!own) fail("its pickle is damaged: a tensor without its arguments");
      global = global_of(arguments->front());
      arguments = &own->items;
    }
    if (global.role == Role::unreadable) {
      Tensor tensor;
      tensor.error = global.what;
      return tensor;
    }
    if (global.role != Role::tensor && global.role != Role::typed_tensor) return std::nullopt;
    return rebuild(*arguments, global.role == Role::typed_tensor);
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
    Tensor tensor{
        "", storage.dtype, integers(arguments[2]), integers(arguments[3]), *offset, storage.key,
        ""};
    if (typed) tensor.dtype = global_of(arguments[kDtype]).dtype;
    if (tensor.dtype.starts_with('C')) tensor.error = "has complex numbers; expected real ones";
    const auto metadata = kDtype + (typed ? 1 : 0);
    if (arguments.size() > metadata) refuse_views(arguments[metadata], tensor);
    return tensor;
  }

  /// Sets the tensor's error if it is a negative or conjugate view. The storage of a view holds
  /// other values, because PyTorch computes the view's elements on use. `metadata` is {'neg': True}
  /// then.
  void refuse_views(Ref metadata, Tensor& tensor) const {
    for (const auto& [key, value] : items_of(metadata).value_or(Items())) {
      const auto* const flag = std::get_if<bool>(&pickle_[value]);
      if (flag && !*flag) continue;
      tensor.error = text_of(key) == "neg" ? "is a negative view; expected tensor.resolve_neg()"
                     : text_of(key) == "conj"
                         ? "is a conjugate view; expected tensor.resolve_conj()"
                         : "is a view of a kind that ResLab does not know; "
                           "expected tensor.clone()";
      return;
    }
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

std::vector<Section> sections(const Pickle& pickle, const std::string& where) {
  return TensorReader(pickle, where).sections();
}

std::vector<Tensor> tensors_of(const Pickle& pickle, Ref dict, const std::string& where) {
  return TensorReader(pickle, where).tensors_of(dict);
}

}  // namespace reslab::pickle
