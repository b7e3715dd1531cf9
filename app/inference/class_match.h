#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "reslab/data/images.h"

namespace reslab::app {

/// How the classes of data belong to the outputs of a network.
struct ClassMatch {
  std::vector<std::int64_t> output;  // of each of the data's classes, by label
  std::vector<std::string> classes;  // names of the network's outputs
  std::vector<std::string> notes;    // for the user
};

/// Throws InvalidInput if the network has fewer than two outputs, because its answer would be the
/// same for every image, or more names of classes than outputs.
void check_outputs(std::int64_t outputs, const std::vector<std::string>& names,
                   const std::string& network);

/// Matches the classes by their names. `known`: names of the network's outputs, or empty. If it is
/// empty, the data must have as many classes as the network has outputs, and their order is assumed
/// to be the same. Throws InvalidInput if the network lacks classes of the data, if the numbers
/// differ, and like check_outputs(). Messages call the network `network`.
ClassMatch match_classes(const std::vector<std::string>& known, std::int64_t outputs,
                         const std::vector<std::string>& data, const std::string& network);

/// The images with the labels of the network's outputs.
std::shared_ptr<const Images> relabelled(std::shared_ptr<const Images> images,
                                         const ClassMatch& match);

}  // namespace reslab::app
