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

/// Parses the arguments of a command whose first argument is MODEL. If help is asked for, prints it
/// and returns nothing. Throws InvalidInput for wrong usage.
std::optional<ModelArguments> parse_model_arguments(const std::string& command, int argc,
                                                    const char* const* argv);

}  // namespace reslab::app
