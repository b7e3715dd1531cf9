#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reslab/base/error.h"

namespace reslab {

/// Returns the lines of the InvalidInput that `action` throws, none if it throws nothing.
template <class Action>
std::vector<std::string> refusal(const Action& action) {
  try {
    action();
  } catch (const InvalidInput& error) {
    return error.lines();
  }
  return {};
}

}  // namespace reslab
