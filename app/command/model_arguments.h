#pragma once

#include "app/command/arguments.h"
#include "app/inference/trained_model.h"

namespace reslab::app {

/// The arguments of a command about a trained network.
struct ModelArguments {
  cxxopts::ParseResult parsed;
  ModelSource source;
  std::vector<std::string> rest;  // the positional arguments after MODEL
};

/// Adds MODEL, --weights, --data, --normalize, --size, --short-side and --help to a command's
/// options and parses its arguments. `after`: the positional arguments after MODEL as the help
/// shows them; empty: none are allowed. If help is asked for, prints it and returns nothing. Throws
/// InvalidInput for wrong usage.
std::optional<ModelArguments> parse_model_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv,
                                                    const std::string& after = "");

}  // namespace reslab::app
