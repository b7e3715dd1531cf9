#pragma once

#include <array>
#include <string>

#include <unistd.h>

namespace reslab::app {

/// The name of this machine.
inline std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

}  // namespace reslab::app
