#pragma once

namespace reslab::app {

/// `reslab export MODEL --format FORMAT -o FILE`: writes a trained network for other tools,
/// verified.
int export_file(int argc, const char* const* argv);

}  // namespace reslab::app
