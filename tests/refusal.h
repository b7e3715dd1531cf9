#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "reslab/base/error.h"

namespace reslab {

/// The lines of the InvalidInput that the action throws; none where it throws nothing.
template <class Action>
std::vector<std::string> refusal(Action action) {
  try {
    action();
  } catch (const InvalidInput& error) {
    return error.lines();
  }
  return {};
}

}  // namespace reslab
