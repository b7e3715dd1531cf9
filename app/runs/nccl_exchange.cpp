#include "app/runs/nccl_exchange.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "app/runs/messages.h"
#include "app/runs/wait_until.h"
#include "reslab/ranks/collectives.h"

#if RESLAB_HAS_NCCL
#include <c10/core/DeviceGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#include <nccl.h>
#endif

namespace reslab::app {
namespace {

#if RESLAB_HAS_NCCL

/// The device with its index. "cuda" without an index is the first GPU.
at::Device with_index(at::Device device) {
  return {device.type(), std::max<c10::DeviceIndex>(device.index(), 0)};
}

std::string line_of(ncclResult_t result) {
  std::string what = fmt::format("NCCL ended with error {}", static_cast<int>(result));
  if (result == ncclRemoteError) what = "NCCL has lost the GPU of another rank";
  if (result == ncclSystemError) what = "NCCL cannot reach the other GPUs";
  if (result == ncclUnhandledCudaError) what = "NCCL cannot use the GPU";
  return what + "; NCCL_DEBUG=WARN in the environment shows why";
}

class NcclExchange : public DeviceExchange {
 public:
  NcclExchange(RankGroup& group, at::Device device, std::chrono::seconds patience)
      : device_(device), patience_(patience) {
    const c10::DeviceGuard guard(device_);
    ncclUniqueId id{};
    if (group.rank() == 0) check(ncclGetUniqueId(&id));
    broadcast(group, std::as_writable_bytes(std::span(&id, 1)));
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;  // otherwise a call may wait without a time limit
    ncclComm_t communicator = nullptr;
    const auto begun =
        ncclCommInitRankConfig(&communicator, group.size(), id, group.rank(), &config);
    communicator_.reset(communicator);
    finish(begun);
  }

  ~NcclExchange() override {
    if (communicator_ == nullptr) return;  // after an error
    const bool finished = in_time(ncclCommFinalize(communicator_.get())) == ncclSuccess;
    if (finished) ncclCommDestroy(communicator_.release());
  }

  void exchange(int peer, std::span<const std::byte> out, std::span<std::byte> in) override {
    const c10::DeviceGuard guard(device_);
    const auto stream = c10::cuda::getCurrentCUDAStream(device_.index()).stream();
    std::array<ncclResult_t, 2> queued = {ncclSuccess, ncclSuccess};
    check(ncclGroupStart());
    if (!in.empty())
      queued[0] = ncclRecv(in.data(), in.size(), ncclUint8, peer, communicator_.get(), stream);
    if (!out.empty())
      queued[1] = ncclSend(out.data(), out.size(), ncclUint8, peer, communicator_.get(), stream);
    const auto ended = ncclGroupEnd();
    for (const auto result : queued) check(result);
    finish(ended);
  }

  void wait() override {
    const c10::DeviceGuard guard(device_);
    const auto stream = c10::cuda::getCurrentCUDAStream(device_.index());
    const bool done = wait_until(patience_, [&] {
      check(state());
      return stream.query();
    });
    if (!done) fail(timeout());
  }

 private:
  /// Frees a communicator and ends its kernels that still wait for other ranks.
  struct Abort {
    void operator()(ncclComm_t communicator) const { ncclCommAbort(communicator); }
  };

  std::string timeout() const {
    return fmt::format("the GPU of another rank has not answered for {} s", patience_.count());
  }

  [[noreturn]] void fail(const std::string& line) {
    communicator_.reset();
    throw RankLost(line);
  }

  void check(ncclResult_t result) {
    if (result != ncclSuccess && result != ncclInProgress) fail(line_of(result));
  }

  ncclResult_t state() const {
    auto state = ncclSuccess;
    const auto asked = ncclCommGetAsyncError(communicator_.get(), &state);
    return asked == ncclSuccess ? state : asked;
  }

  /// Waits until NCCL's threads have finished what a call began. Returns the result, or
  /// ncclInProgress if the time limit has passed.
  ncclResult_t in_time(ncclResult_t result) const {
    wait_until(patience_, [&] {
      if (result == ncclInProgress || result == ncclSuccess) result = state();
      return result != ncclInProgress;
    });
    return result;
  }

  void finish(ncclResult_t begun) {
    const auto result = in_time(begun);
    if (result == ncclInProgress) fail(timeout());
    check(result);
  }

  at::Device device_;
  std::chrono::seconds patience_;
  std::unique_ptr<ncclComm, Abort> communicator_;
};

/// A name for the GPU: its machine and its PCI address. NCCL tells GPUs apart by the same facts.
/// Throws RankLost.
std::string name_of_gpu(at::Device device) {
  std::string machine;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> machine;
  std::array<char, 32> place{};
  const int index = with_index(device).index();
  if (cudaDeviceGetPCIBusId(place.data(), static_cast<int>(place.size()), index) != cudaSuccess)
    throw RankLost("CUDA does not report the PCI address of " + device.str());
  return machine + " " + place.data();
}

#else

std::string name_of_gpu(at::Device /*device*/) { return ""; }

#endif

}  // namespace

std::string reason_against_nccl(const std::vector<std::string>& gpus) {
  for (std::size_t rank = 0; rank < gpus.size(); ++rank) {
    if (gpus[rank].empty()) return fmt::format("rank {} was built without NCCL", rank);
    const auto first = std::ranges::find(gpus, gpus[rank]) - gpus.begin();
    if (std::cmp_less(first, rank)) return fmt::format("ranks {} and {} share a GPU", first, rank);
  }
  return "";
}

std::unique_ptr<DeviceExchange> nccl_exchange([[maybe_unused]] RankGroup& group,
                                              [[maybe_unused]] at::Device device,
                                              [[maybe_unused]] std::chrono::seconds patience) {
#if RESLAB_HAS_NCCL
  return std::make_unique<NcclExchange>(group, with_index(device), patience);
#else
  return nullptr;
#endif
}

void join_gpus(RankGroup& group, at::Device device, std::chrono::seconds patience) {
  if (device.is_cpu()) return;
  const auto gpus = gather_texts(group, name_of_gpu(device));
  const auto reason = broadcast_text(group, group.rank() == 0 ? reason_against_nccl(gpus) : "");
  if (reason.empty()) group.join_devices(nccl_exchange(group, device, patience));
  detail(reason.empty() ? "gradients go from GPU to GPU with NCCL"
                        : "gradients go through the CPU's memory: " + reason);
}

}  // namespace reslab::app
