#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace reslab {

/// What a setting can hold. A list may be empty.
using SettingValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                 std::vector<double>, std::vector<std::string>>;

/// The value as bare text: `true`, `3`, `-2.5`, `B`, `16,32,64`. Numbers in their shortest exact
/// form.
std::string to_text(const SettingValue& value);

/// The value as messages show it: texts in quotes, a real number never looking like an integer.
std::string shown(const SettingValue& value);

/// A number, all of the text; nothing where it is none, or infinite.
std::optional<std::int64_t> read_integer(std::string_view text);
std::optional<double> read_real(std::string_view text);

/// The list in "16,32,64", or the bare text where an element is not a number.
SettingValue read_integers(std::string_view text);
SettingValue read_reals(std::string_view text);

/// The list in "a,b,c".
std::vector<std::string> read_words(std::string_view text);

}  // namespace reslab
