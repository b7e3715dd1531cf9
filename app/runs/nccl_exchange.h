#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <c10/core/Device.h>

#include "reslab/ranks/rank_group.h"

namespace reslab::app {

/// Returns why NCCL cannot join these GPUs, or "" if it can. `gpus`: a name for the GPU of each
/// rank, the same for the same GPU; "" for a rank whose ResLab was built without NCCL.
std::string reason_against_nccl(const std::vector<std::string>& gpus);

/// Joins the GPUs of the ranks with NCCL. `patience`: the longest time that an exchange may take.
/// Returns null if ResLab was built without NCCL. Throws RankLost.
std::unique_ptr<DeviceExchange> nccl_exchange(RankGroup& group, at::Device device,
                                              std::chrono::seconds patience);

/// Joins the GPUs of the ranks if NCCL can; otherwise gradients go through the CPU's memory. With
/// --verbose, prints which way they go and why. Does nothing if `device` is the CPU. `patience`:
/// the longest time that an exchange may take. Throws RankLost.
void join_gpus(RankGroup& group, at::Device device, std::chrono::seconds patience);

}  // namespace reslab::app
