#pragma once

#include <cstdlib>

namespace reslab {

/// Sets in the environment how long an idle OpenMP thread of libgomp spins before it sleeps, unless
/// the user has set GOMP_SPINCOUNT or OMP_WAIT_POLICY. libgomp's default keeps a core busy for 3
/// ms, so that two trainings on the same cores halve each other's speed. A shorter time costs a
/// training that is alone up to 3 % (docs/PERFORMANCE.md). Returns whether the environment has
/// changed. libgomp reads it when it is loaded, so the program then has to start itself again.
inline bool limit_spinning() {
  if (std::getenv("GOMP_SPINCOUNT") != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr)
    return false;
  return setenv("GOMP_SPINCOUNT", "3000", 0) == 0;
}

}  // namespace reslab
