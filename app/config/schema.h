#pragma once

#include "app/config/json.h"

namespace reslab::app {

/// The JSON Schema (draft-07) of an experiment file, so that editors complete keys and point out
/// mistakes. Made from the same descriptions that the reader uses; a file that extends another may
/// leave out anything, and null removes a key.
Json schema();

}  // namespace reslab::app
