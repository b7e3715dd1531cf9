#pragma once

#include <string>

#include "app/config/json.h"

namespace reslab::app {

// An experiment file may write some values in a shorter way: a network as its name, an optimizer,
// a data set or a learning rate without an object, and the length of a training in epochs. The
// functions below merge files that do.

/// Replaces every short value by the object that it stands for. A network's name that cannot be
/// read stays as it is.
void write_out_short_forms(Json& experiment);

/// Merges the patch into the experiment (RFC 7386) and writes out its short values. A short value
/// replaces an inherited object. `epochs` replace inherited `iterations`, and the other way round.
void merge_experiment(Json& experiment, const Json& patch);

/// The same for a `recipe`.
void merge_recipe(Json& recipe, const Json& patch);

/// The same after the value at the JSON pointer was set.
void settle(Json& experiment, const std::string& pointer);

}  // namespace reslab::app
