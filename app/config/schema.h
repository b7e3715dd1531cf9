#pragma once

#include "app/config/json.h"

namespace reslab::app {

/// The JSON Schema (draft-07) of an experiment file, with which editors complete keys and mark
/// errors. It is made from the tables that the reader uses. It requires no key, since a file may
/// extend another, and allows null everywhere, since null removes a key.
Json schema();

}  // namespace reslab::app
