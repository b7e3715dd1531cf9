#pragma once

namespace reslab::app {

/// `reslab predict MODEL IMAGE|DIR…`: the most probable classes of images.
int predict(int argc, const char* const* argv);

}  // namespace reslab::app
