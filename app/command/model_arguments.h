#pragma once

#include "app/command/arguments.h"
#include "app/inference/model_source.h"

namespace reslab::app {

/// The arguments of a command about a trained network.
struct ModelArguments {
  cxxopts::ParseResult given;
  ModelSource source;
  std::vector<std::string> others;  // that follow MODEL
};

/// Parses a command's arguments, MODEL, --weights, --data and --normalize being added to its
/// options, and --help: then the help is printed and nothing is returned. Throws InvalidInput for
/// wrong usage.
std::optional<ModelArguments> parse_model_arguments(cxxopts::Options& options, int argc,
                                                    const char* const* argv);

/// Throws InvalidInput where arguments follow MODEL.
void expect_one_model(const ModelArguments& arguments, const cxxopts::Options& options);

}  // namespace reslab::app
