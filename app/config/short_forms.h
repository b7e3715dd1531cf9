#pragma once

#include <string>

#include "app/config/json.h"

namespace reslab::app {

// Some values of an experiment file have a short form: a network's name, the name of an optimizer
// or a data set, a learning rate as a number, and the length of a training in epochs. The functions
// below merge files with such values.

/// Replaces every short form by the object that it stands for. A network's name that cannot be
/// read stays as it is.
void write_out_short_forms(Json& experiment);

/// Merges the patch into the experiment (RFC 7386) and replaces its short forms. A short form
/// replaces an inherited object. `epochs` replaces inherited `iterations`, and vice versa.
void merge_experiment(Json& experiment, const Json& patch);

/// Merges a patch into a `recipe` in the same way.
void merge_recipe(Json& recipe, const Json& patch);

/// Replaces short forms and an inherited length after the value at the JSON pointer was set.
void settle(Json& experiment, const std::string& pointer);

}  // namespace reslab::app
