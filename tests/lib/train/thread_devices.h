#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/torch.h>

#include "reslab/ranks/rank_group.h"

namespace reslab {

/// Carries bytes between ranks that are threads and compute on the same device.
class ThreadDevices : public DeviceExchange {
 public:
  ThreadDevices(RankGroup& group, at::Device device) : group_(group), device_(device) {}

  void exchange(int peer, std::span<const std::byte> out, std::span<std::byte> in) override {
    const auto sent = around(out.data(), out.size()).cpu();
    const auto received = at::empty({std::ssize(in)}, at::kByte);
    group_.exchange(peer, {static_cast<const std::byte*>(sent.data_ptr()), out.size()},
                    {static_cast<std::byte*>(received.data_ptr()), in.size()});
    around(in.data(), in.size()).copy_(received);
    bytes_received_ += in.size();
  }

  void wait() override {
    if (device_.is_cuda()) c10::impl::VirtualGuardImpl(at::kCUDA).getStream(device_).synchronize();
  }

  std::size_t bytes_received() const { return bytes_received_; }

 private:
  at::Tensor around(const std::byte* bytes, std::size_t size) const {
    return torch::from_blob(const_cast<std::byte*>(bytes), {static_cast<std::int64_t>(size)},
                            at::device(device_).dtype(at::kByte));
  }

  RankGroup& group_;
  at::Device device_;
  std::size_t bytes_received_ = 0;
};

}  // namespace reslab
