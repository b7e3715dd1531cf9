#pragma once

namespace reslab::app {

/// `reslab evaluate MODEL`: measures a trained network: the loss, top-1 and top-5 error, each class
/// and what it is taken for. Of a run also whether that is what it recorded.
int evaluate(int argc, const char* const* argv);

}  // namespace reslab::app
