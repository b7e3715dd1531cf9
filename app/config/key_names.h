#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reslab::app {

/// A hint about a key that does not exist at its place. It names the setting that has this name in
/// other programs (PyTorch, timm, Keras, Lightning), the right place of a setting of this name, or
/// the nearest of the `known` keys of the place.
std::string key_hint(std::string_view key, const std::vector<std::string>& known);

/// A hint about a word that is not among a setting's choices: the choice that has this name in
/// other programs. Empty if there is none.
std::string word_hint(std::string_view word, const std::vector<std::string>& choices);

/// The settings that the key may mean, as JSON pointers in an experiment file.
std::vector<std::string> pointers_of(std::string_view key);

/// JSON pointers to all settings that have names in other programs.
std::vector<std::string> hinted_pointers();

}  // namespace reslab::app
