#include "reslab/train/gradient_exchange.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <c10/core/StreamGuard.h>
#include <torch/csrc/autograd/utils/lambda_post_hook.h>
#include <torch/torch.h>

#include "reslab/train/tensor_exchange.h"

namespace reslab {
namespace {

/// The smallest number of parameters in a bucket. Small buckets start the exchange early. Large
/// ones need fewer messages, which cost most with many ranks.
std::size_t bucket_size(const std::vector<at::Tensor>& parameters) {
  constexpr std::size_t kSmallest = std::size_t{1} << 17;
  constexpr std::size_t kFullBuckets = 24;  // one more bucket may hold the rest
  std::size_t all = 0;
  for (const auto& parameter : parameters) all += static_cast<std::size_t>(parameter.numel());
  return std::max(kSmallest, all / kFullBuckets);
}

c10::Stream current_stream(at::Device device) {
  return c10::impl::VirtualGuardImpl(device.type()).getStream(device);
}

c10::Stream new_stream(at::Device device) {
  return c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
}

}  // namespace

GradientExchange::GradientExchange(RankGroup& group, std::vector<at::Tensor> parameters,
                                   const std::function<void(std::size_t)>& reached)
    : group_(group), parameters_(std::move(parameters)) {
  make_buckets();
  call_when_reached(reached);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void GradientExchange::make_buckets() {
  bucket_of_.resize(parameters_.size());
  const auto enough = bucket_size(parameters_);
  std::size_t size = enough;
  for (auto i = parameters_.size(); i-- > 0;) {
    if (size >= enough) {
      buckets_.emplace_back();
      if (works_on_gpu()) buckets_.back().done.emplace(at::kCUDA);
      size = 0;
    }
    size += static_cast<std::size_t>(parameters_[i].numel());
    buckets_.back().parameters.push_back(parameters_[i]);
    ++buckets_.back().missing;
    bucket_of_[i] = buckets_.size() - 1;
  }
}

void GradientExchange::call_when_reached(const std::function<void(std::size_t)>& reached) {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    auto accumulator = torch::autograd::impl::grad_accumulator(parameters_[i]);
    accumulator->add_post_hook(std::make_unique<torch::autograd::utils::LambdaPostHook>(
        [reached, i](const torch::autograd::variable_list& outputs,
                     const torch::autograd::variable_list&) {
          reached(i);
          return outputs;
        }));
    accumulators_.emplace_back(std::move(accumulator));
  }
}

void GradientExchange::complete(std::size_t parameter) {
  const std::lock_guard lock(mutex_);
  auto& bucket = buckets_[bucket_of_[parameter]];
  if (--bucket.missing > 0) return;
  if (bucket.done) bucket.done->record(current_stream(parameters_[parameter].device()));
  changed_.notify_all();
}

void GradientExchange::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return summed_ == buckets_.size() || error_; });
  if (error_) std::rethrow_exception(error_);
  summed_ = 0;
}

bool GradientExchange::works_on_gpu() const {
  return group_.devices() != nullptr && parameters_.front().is_cuda();
}

void GradientExchange::run(const std::stop_token& stop) {
  try {
    c10::OptionalStreamGuard own_stream;
    if (works_on_gpu()) own_stream.reset_stream(new_stream(parameters_.front().device()));
    for (;;) {
      for (auto& bucket : buckets_) {
        {
          std::unique_lock lock(mutex_);
          if (!changed_.wait(lock, stop, [&] { return bucket.missing == 0; })) return;
        }
        std::vector<at::Tensor> gradients;
        for (const auto& parameter : bucket.parameters) gradients.push_back(parameter.grad());
        if (bucket.done) bucket.done->block(current_stream(gradients.front().device()));
        sum_over_ranks(group_, gradients, memory_);
        const std::lock_guard lock(mutex_);
        bucket.missing = bucket.parameters.size();
        ++summed_;
        changed_.notify_all();
      }
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    error_ = std::current_exception();
    changed_.notify_all();
  }
}

}  // namespace reslab
