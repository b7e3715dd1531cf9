#pragma once

#include "app/command/arguments.h"
#include "app/experiment/model_source.h"

namespace reslab::app {

/// Adds the positional argument MODEL and --weights, --data, --normalize.
void add_model_arguments(cxxopts::Options& options);

/// Reads --weights, --data and --normalize; MODEL is the first of the values of "model", which a
/// command may use for more.
ModelSource read_model_arguments(const cxxopts::ParseResult& given,
                                 const cxxopts::Options& options);

}  // namespace reslab::app
