#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// Python's pickles as plain data. Parsing never runs code: a function call is stored as a value of
/// type Call.
namespace reslab::pickle {

/// Index of a value in Pickle::values. Values refer to each other by index because a pickle may
/// share values and contain cycles.
using Ref = std::size_t;

struct None {};
struct BigInteger {};  // an integer that does not fit 64 bits
struct Sequence {      // a list, set or tuple
  bool tuple = false;
  std::vector<Ref> items;
};
struct Dict {
  std::vector<std::pair<Ref, Ref>> items;  // in the order of assignment; a key may occur twice
};
struct Global {
  std::string name;  // "collections.OrderedDict"
};
/// `function(*arguments)`, or a new object of the class `function`. `items` holds assignments to
/// the result's keys. Named arguments and the object's state (BUILD) are ignored.
struct Call {
  Ref function = 0;   // a Global, a Call or a Persistent
  Ref arguments = 0;  // a tuple
  Dict items;
};
struct Persistent {  // a reference to data outside the pickle
  Ref id = 0;
};

using Value = std::variant<None, bool, std::int64_t, BigInteger, double, std::string, Sequence,
                           Dict, Global, Call, Persistent>;

struct Pickle {
  std::vector<Value> values;  // the parts of tuples and Calls precede them
  Ref root = 0;
  std::size_t size = 0;  // bytes read

  const Value& operator[](Ref ref) const { return values[ref]; }
};

/// Parses the pickle at the beginning of `bytes`: protocols 2 to 5 with the operations that
/// Python's pickle module writes. Throws InvalidInput, with a message that begins with `where`, for
/// a damaged pickle, and for more than 64 MiB or two million values.
Pickle parse(std::span<const std::byte> bytes, const std::string& where);

}  // namespace reslab::pickle
