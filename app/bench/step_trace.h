#pragma once

#include <functional>
#include <string>

#include <c10/core/Device.h>

namespace reslab::app {

/// Runs `work` under LibTorch's profiler and writes its operators and, on a GPU, its kernels to a
/// file in Chrome's trace format. Throws IoError if the file cannot be written, InvalidInput if
/// this LibTorch was built without its tracing library, Kineto.
void trace(const std::string& file, at::Device device, const std::function<void()>& work);

}  // namespace reslab::app
