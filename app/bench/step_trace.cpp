#include "app/bench/step_trace.h"

#include <filesystem>
#include <set>

#include <torch/csrc/autograd/profiler_kineto.h>

#include "reslab/base/error.h"

namespace reslab::app {

void trace(const std::string& file, at::Device device, const std::function<void()>& work) {
  namespace profiler = torch::autograd::profiler;
  using torch::profiler::impl::ActivityType;
  std::set<ActivityType> activities = {ActivityType::CPU};
  if (device.is_cuda()) activities.insert(ActivityType::CUDA);
  const torch::profiler::impl::ProfilerConfig config(torch::profiler::impl::ProfilerState::KINETO);
  std::filesystem::remove(file);
  profiler::prepareProfiler(config, activities);
  profiler::enableProfiler(config, activities);
  work();
  try {
    profiler::disableProfiler()->save(file);
  } catch (const c10::Error&) {
    throw InvalidInput("--trace: this LibTorch was built without Kineto, its tracing library");
  }
  if (!std::filesystem::exists(file)) throw IoError(file + ": cannot be written");
}

}  // namespace reslab::app
