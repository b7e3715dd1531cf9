#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace reslab {

/// The value of a setting. A list may be empty.
using SettingValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                 std::vector<double>, std::vector<std::string>>;

/// Formats the value as bare text: `true`, `3`, `-2.5`, `B`, `16,32,64`. Numbers have their
/// shortest exact form.
std::string to_text(const SettingValue& value);

/// Formats the value for messages. Texts are in quotes, and real numbers never look like integers.
std::string shown(const SettingValue& value);

/// Reads the whole text as a number. Returns nothing if it is not a finite number.
std::optional<std::int64_t> read_integer(std::string_view text);
std::optional<double> read_real(std::string_view text);

/// Reads a list like "16,32,64". Returns the text itself if an element is not a number.
SettingValue read_integers(std::string_view text);
SettingValue read_reals(std::string_view text);

/// Reads a list like "a,b,c".
std::vector<std::string> read_words(std::string_view text);

}  // namespace reslab
