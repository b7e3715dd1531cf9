#pragma once

#include "app/command/arguments.h"
#include "app/inference/model_source.h"

namespace reslab::app {

/// The arguments of a command about a trained network.
struct ModelArguments {
  cxxopts::ParseResult parsed;
  ModelSource source;
  std::vector<std::string> rest;  // the positional arguments after MODEL
};

/// Adds MODEL, --weights, --data, --normalize and --help to a command's options and parses its
/// arguments. If help is asked for, prints it and returns nothing. Throws InvalidInput for wrong
/// usage.
std::optional<ModelArguments> parse_model_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv);

/// Throws InvalidInput if arguments follow MODEL.
void expect_one_model(const ModelArguments& arguments, const cxxopts::Options& options);

}  // namespace reslab::app
