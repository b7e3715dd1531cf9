#include "reslab/interchange/pickle.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

#include "reslab/base/error.h"
#include "reslab/interchange/byte_reader.h"

namespace reslab::pickle {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kMostOperations = std::size_t{1} << 24;
constexpr std::size_t kMostValues = std::size_t{1} << 21;
constexpr std::size_t kLongestGlobal = 1000;  // of a global; it may repeat a text many times
constexpr unsigned kNewestProtocol = 5;

/// The pickle operations of protocols 2 to 5, named as in Python's pickletools.
enum class Operation : unsigned char {
  mark = '(',
  stop = '.',
  pop = '0',
  pop_mark = '1',
  bin_bytes = 'B',
  short_bin_bytes = 'C',
  bin_int = 'J',
  bin_int1 = 'K',
  bin_int2 = 'M',
  none = 'N',
  bin_pers_id = 'Q',
  reduce = 'R',
  bin_string = 'T',
  short_bin_string = 'U',
  bin_unicode = 'X',
  bin_float = 'G',
  append = 'a',
  build = 'b',
  global = 'c',
  appends = 'e',
  bin_get = 'h',
  long_bin_get = 'j',
  empty_tuple = ')',
  empty_list = ']',
  empty_dict = '}',
  bin_put = 'q',
  long_bin_put = 'r',
  set_item = 's',
  tuple = 't',
  set_items = 'u',
  proto = 0x80,
  new_obj = 0x81,
  tuple1 = 0x85,
  tuple2 = 0x86,
  tuple3 = 0x87,
  new_true = 0x88,
  new_false = 0x89,
  long1 = 0x8a,
  long4 = 0x8b,
  short_bin_unicode = 0x8c,
  bin_unicode8 = 0x8d,
  bin_bytes8 = 0x8e,
  empty_set = 0x8f,
  add_items = 0x90,
  frozen_set = 0x91,
  new_obj_ex = 0x92,
  stack_global = 0x93,
  memoize = 0x94,
  frame = 0x95,
  byte_array8 = 0x96,
};

/// The pickle machine: a stack of values, marks on the stack, and a memo of values by number.
class Machine {
 public:
  Machine(std::span<const std::byte> bytes, const std::string& where)
      : bytes_(bytes.first(std::min(bytes.size(), kMostBytes)),
               where + (bytes.size() > kMostBytes ? ": its pickle is larger than a checkpoint needs"
                                                  : ": its pickle ends too early (truncated?)")),
        where_(where) {}

  Pickle run() {
    for (std::size_t operations = 0;; ++operations) {
      const auto byte = bytes_.number<unsigned char>();
      const auto operation = static_cast<Operation>(byte);
      if (operation == Operation::stop) break;
      if (!constant(operation) && !container(operation) && !object(operation) && !memo(operation))
        fail("its pickle has the operation " + std::to_string(byte) + " at byte " +
             std::to_string(bytes_.position() - 1) +
             ", which torch.save does not write (damaged?)");
      if (operations > kMostOperations || pickle_.values.size() > kMostValues ||
          memo_.size() > kMostValues)
        fail("its pickle has more values than a checkpoint needs");
    }
    pickle_.root = pop();
    pickle_.size = bytes_.position();
    return std::move(pickle_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw InvalidInput(where_ + ": " + what);
  }

  /// A two's complement integer of any length, little-endian.
  Value integer(std::size_t size) {
    const auto taken = bytes_.take(size);
    if (size > sizeof(std::int64_t)) return BigInteger{};
    const bool negative = size > 0 && (taken.back() & std::byte{0x80}) != std::byte{0};
    std::int64_t value = negative ? -1 : 0;
    std::memcpy(&value, taken.data(), size);
    return value;
  }

  // The functions that carry out an operation return true, so that a case is one line.

  bool push(Value value) {
    stack_.push_back(pickle_.values.size());
    pickle_.values.push_back(std::move(value));
    return true;
  }

  Ref pop() {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) fail("its pickle is damaged");
    const auto ref = stack_.back();
    stack_.pop_back();
    return ref;
  }

  Ref top() {
    const auto ref = pop();
    stack_.push_back(ref);
    return ref;
  }

  std::vector<Ref> pop_last(std::size_t count) {
    std::vector<Ref> items(count);
    for (auto item = items.rbegin(); item != items.rend(); ++item) *item = pop();
    return items;
  }

  std::vector<Ref> pop_to_mark() {
    if (marks_.empty()) fail("its pickle is damaged");
    auto items = pop_last(stack_.size() - marks_.back());
    marks_.pop_back();
    return items;
  }

  // Operations, in groups; each returns whether the operation is one of its group.

  bool constant(Operation operation) {
    switch (operation) {
      case Operation::none:
        return push(None{});
      case Operation::new_true:
        return push(true);
      case Operation::new_false:
        return push(false);
      case Operation::bin_int:
        return push(std::int64_t{bytes_.number<std::int32_t>()});
      case Operation::bin_int1:
        return push(std::int64_t{bytes_.number<std::uint8_t>()});
      case Operation::bin_int2:
        return push(std::int64_t{bytes_.number<std::uint16_t>()});
      case Operation::long1:
        return push(integer(bytes_.number<std::uint8_t>()));
      case Operation::long4:
        return push(integer(bytes_.number<std::uint32_t>()));
      case Operation::bin_float: {
        const auto big_endian = bytes_.number<std::uint64_t>();
        return push(std::bit_cast<double>(__builtin_bswap64(big_endian)));
      }
      case Operation::bin_string:
      case Operation::bin_unicode:
      case Operation::bin_bytes:
        return push(bytes_.text(bytes_.number<std::uint32_t>()));
      case Operation::short_bin_string:
      case Operation::short_bin_unicode:
      case Operation::short_bin_bytes:
        return push(bytes_.text(bytes_.number<std::uint8_t>()));
      case Operation::bin_unicode8:
      case Operation::bin_bytes8:
      case Operation::byte_array8:
        return push(bytes_.text(bytes_.number<std::uint64_t>()));
      default:
        return false;
    }
  }

  bool container(Operation operation) {
    switch (operation) {
      case Operation::mark:
        marks_.push_back(stack_.size());
        return true;
      case Operation::empty_tuple:
        return push(Sequence{true, {}});
      case Operation::empty_list:
      case Operation::empty_set:
        return push(Sequence{false, {}});
      case Operation::frozen_set:
        return push(Sequence{false, pop_to_mark()});
      case Operation::empty_dict:
        return push(Dict{});
      case Operation::tuple:
        return push(Sequence{true, pop_to_mark()});
      case Operation::tuple1:
        return push(Sequence{true, pop_last(1)});
      case Operation::tuple2:
        return push(Sequence{true, pop_last(2)});
      case Operation::tuple3:
        return push(Sequence{true, pop_last(3)});
      case Operation::append:
        return append(pop_last(1));
      case Operation::appends:
      case Operation::add_items:
        return append(pop_to_mark());
      case Operation::set_item:
        return set_items(pop_last(2));
      case Operation::set_items:
        return set_items(pop_to_mark());
      default:
        return false;
    }
  }

  bool object(Operation operation) {
    switch (operation) {
      case Operation::global: {
        auto name = bytes_.line();
        return push(Global{name + '.' + bytes_.line()});
      }
      case Operation::stack_global:
        return stack_global();
      case Operation::new_obj_ex:
        pop();  // the named arguments
        return call();
      case Operation::reduce:
      case Operation::new_obj:
        return call();
      case Operation::build:
        pop();
        top();
        return true;
      case Operation::bin_pers_id:
        return push(Persistent{pop()});
      case Operation::proto:
        if (const auto protocol = bytes_.number<std::uint8_t>(); protocol > kNewestProtocol)
          fail("its pickle is of protocol " + std::to_string(protocol) + ", expected 2 to 5");
        return true;
      case Operation::frame:
        bytes_.number<std::uint64_t>();
        return true;
      default:
        return false;
    }
  }

  bool memo(Operation operation) {
    switch (operation) {
      case Operation::pop:
        pop();
        return true;
      case Operation::pop_mark:
        pop_to_mark();
        return true;
      case Operation::memoize:
        memo_[static_cast<std::uint32_t>(memo_.size())] = top();
        return true;
      case Operation::bin_put:
        memo_[bytes_.number<std::uint8_t>()] = top();
        return true;
      case Operation::long_bin_put:
        memo_[bytes_.number<std::uint32_t>()] = top();
        return true;
      case Operation::bin_get:
        return recall(bytes_.number<std::uint8_t>());
      case Operation::long_bin_get:
        return recall(bytes_.number<std::uint32_t>());
      default:
        return false;
    }
  }

  bool stack_global() {
    const auto name = pop();
    const auto* const module = std::get_if<std::string>(&pickle_[pop()]);
    const auto* const text = std::get_if<std::string>(&pickle_[name]);
    if (!module || !text || module->size() + text->size() > kLongestGlobal)
      fail("its pickle is damaged: a global whose name is no text or too long");
    return push(Global{*module + '.' + *text});
  }

  bool call() {
    const auto arguments = pop();
    const auto function = pop();
    const auto* const tuple = std::get_if<Sequence>(&pickle_[arguments]);
    const auto& called = pickle_[function];
    const bool callable = std::holds_alternative<Global>(called) ||
                          std::holds_alternative<Call>(called) ||
                          std::holds_alternative<Persistent>(called);
    if (!tuple || !tuple->tuple || !callable)
      fail("its pickle is damaged: it calls a value that is no function");
    return push(Call{function, arguments, {}});
  }

  bool append(const std::vector<Ref>& items) {
    auto& target = pickle_.values[top()];
    if (auto* const list = std::get_if<Sequence>(&target); list && !list->tuple)
      list->items.insert(list->items.end(), items.begin(), items.end());
    else if (!std::holds_alternative<Call>(target))  // items of list subclasses are ignored
      fail("its pickle is damaged: it appends to a value that is no list");
    return true;
  }

  bool set_items(const std::vector<Ref>& items) {
    auto& target = pickle_.values[top()];
    auto* const object = std::get_if<Call>(&target);
    auto* const dict = object ? &object->items : std::get_if<Dict>(&target);
    if (!dict || items.size() % 2 != 0)
      fail("its pickle is damaged: it assigns to keys of a value that is no dict");
    for (std::size_t i = 0; i < items.size(); i += 2)
      dict->items.emplace_back(items[i], items[i + 1]);
    return true;
  }

  bool recall(std::uint32_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end())
      fail("its pickle is damaged: it recalls a value that it never stored");
    stack_.push_back(found->second);
    return true;
  }

  ByteReader bytes_;
  const std::string& where_;
  std::vector<Ref> stack_;
  std::vector<std::size_t> marks_;     // sizes of the stack
  std::map<std::uint32_t, Ref> memo_;  // no hash table, because a file could provoke collisions
  Pickle pickle_;
};

}  // namespace

Pickle parse(std::span<const std::byte> bytes, const std::string& where) {
  return Machine(bytes, where).run();
}

}  // namespace reslab::pickle
