#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config/document.h"
#include "app/config/input_errors.h"

namespace reslab::app {

/// A setting and one of its values.
struct VariedValue {
  std::string pointer;  // JSON pointer into the file, such as "/recipe/batch"
  Json value;
};

/// A file with one combination of the values that its `vary` lists.
struct Variation {
  Json root;                        // the file's content with the values at their pointers
  std::vector<VariedValue> values;  // in the order of `vary`; none without `vary`
};

/// Returns every combination of the values of the file's `vary`; the last pointer varies fastest.
/// Without `vary` there is one variation, the file itself. Adds a line to `errors` for each error
/// in the form of `vary`; the settings' values are not checked. There is always at least one
/// variation.
std::vector<Variation> read_variations(const Document& document, InputErrors& errors);

/// "FILE: /pointer", or "FILE: /vary: /pointer" if `vary` gives the value at the pointer.
std::string place(const Document& document, const Variation& variation, std::string_view pointer);

/// Returns where the file gives the value at `pointer` of the variation, for Document::path().
std::string pointer_in_file(const Variation& variation, const std::string& pointer);

/// Whether `vary` gives a value at or below the pointer.
bool varies(const Variation& variation, std::string_view pointer);

}  // namespace reslab::app
