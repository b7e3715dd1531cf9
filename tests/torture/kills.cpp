#include "torture/torture.h"
namespace reslab::torture {
int try_kills(const std::filesystem::path&, double) { return 0; }
}
