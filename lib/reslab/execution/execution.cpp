#include "reslab/execution/execution.h"

#include <utility>

#include "reslab/base/compat.h"

namespace reslab {
namespace {

thread_local const Execution* innermost = nullptr;

}  // namespace

Precision resolve(Precision precision, at::Device device) {
  if (precision == Precision::automatic && device.is_cuda()) return Precision::bfloat16;
  return resolve_on_cpu(precision);
}

const Execution& current_execution() {
  static const Execution without_scope;
  return innermost == nullptr ? without_scope : *innermost;
}

ExecutionScope::ExecutionScope(const Execution& execution)
    : execution_(execution),
      outer_(std::exchange(innermost, &execution_)),
      outer_autocast_(compat::autocast_enabled(execution.device.type())) {
  at::autocast::increment_nesting();
  compat::set_autocast(execution.device.type(), execution.precision == Precision::bfloat16,
                       at::kBFloat16);
}

ExecutionScope::~ExecutionScope() {
  // Autocast caches bfloat16 copies of the weights. An optimizer step makes them stale.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  compat::set_autocast(execution_.device.type(), outer_autocast_, at::kBFloat16);
  innermost = outer_;
}

void move_to_device(torch::nn::Module& module, at::Device device) {
  module.to(device);
  for (auto& parameter : module.parameters())
    if (parameter.dim() == 4)
      parameter.set_data(parameter.data().contiguous(at::MemoryFormat::ChannelsLast));
}

}  // namespace reslab
