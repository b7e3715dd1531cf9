#pragma once

#include <any>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

#include "reslab/ranks/rank_group.h"

namespace reslab {

/// Sums gradients over the ranks while the backward pass goes on. Parameters form buckets, the last
/// ones first, because the backward pass reaches them first. A thread sums a bucket as soon as all
/// its gradients are complete on this rank. Every rank sums the buckets in the same order. If the
/// ranks have joined their GPUs, the thread queues its work on a CUDA stream of its own.
class GradientExchange {
 public:
  /// `reached(i)` is called in every backward pass after the gradient of parameter i was added.
  GradientExchange(RankGroup& group, std::vector<at::Tensor> parameters,
                   const std::function<void(std::size_t)>& reached);

  /// Says that the gradient of a parameter is complete on this rank, once a step for each
  /// parameter.
  void complete(std::size_t parameter);

  /// Returns when all gradients are summed; each must be complete. Throws RankLost.
  void finish();

 private:
  struct Bucket {
    std::vector<at::Tensor> parameters;
    std::size_t missing = 0;         // parameters whose gradient is not complete
    std::optional<c10::Event> done;  // on a GPU: recorded after its gradients are computed
  };

  void make_buckets();
  void call_when_reached(const std::function<void(std::size_t)>& reached);
  bool works_on_gpu() const;
  void run(const std::stop_token& stop);

  RankGroup& group_;
  std::vector<at::Tensor> parameters_;
  std::vector<Bucket> buckets_;
  std::vector<std::size_t> bucket_of_;  // of each parameter
  std::vector<std::any> accumulators_;  // nodes of the backward pass, which keep the callbacks
  at::Tensor memory_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t summed_ = 0;  // buckets of this step
  std::exception_ptr error_;
  std::jthread thread_;  // the last member, because it uses the others
};

}  // namespace reslab
