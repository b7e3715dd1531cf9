#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Python's pickles as plain data. Reading one never runs anything: where Python would look up a
/// name and call it, there is a value that says so.
namespace reslab::pickle {

/// A value's place in Pickle::values. Values refer to each other by it, since a pickle may hold one
/// several times, or inside of itself.
using Ref = std::size_t;

struct None {};
struct BigInteger {};  // one that does not fit 64 bits
struct Sequence {      // a list or a tuple
  bool tuple = false;
  std::vector<Ref> items;
};
struct Dict {
  std::vector<std::pair<Ref, Ref>> items;  // in the order of their assignment, a key maybe twice
};
struct Global {
  std::string name;  // "collections.OrderedDict"
};
/// `function(*arguments)`, or a new object of the class `function`; what is assigned to the
/// result's keys goes into `items`. Its state is left out.
struct Call {
  Ref function = 0;   // a Global
  Ref arguments = 0;  // a tuple
  Dict items;
};
struct Persistent {  // what the pickle's writer put beside it, under this name
  Ref id = 0;
};

using Value = std::variant<None, bool, std::int64_t, BigInteger, double, std::string, Sequence,
                           Dict, Global, Call, Persistent>;

struct Pickle {
  std::vector<Value> values;  // no value of a tuple or a Call comes after it
  Ref root = 0;
  std::size_t size = 0;  // bytes read

  const Value& operator[](Ref ref) const { return values[ref]; }
};

/// Reads the pickle (protocol 2, with the operations that torch.save writes) at the beginning of
/// the bytes. Throws InvalidInput, `where` in front, for a damaged one, for one that names a global
/// that is not `allowed`, and for one larger than a checkpoint's: 64 MiB or two million values.
Pickle parse(std::span<const std::byte> bytes, bool (*allowed)(std::string_view),
             const std::string& where);

}  // namespace reslab::pickle
