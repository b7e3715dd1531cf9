#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <utility>

namespace reslab {

/// Thrown if another rank does not answer in time or its connection is lost.
class RankLost : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Carries bytes from the memory of one rank's GPU to that of another. Work is queued on the CUDA
/// stream that is current in the calling thread.
class DeviceExchange {
 public:
  DeviceExchange() = default;
  virtual ~DeviceExchange() = default;
  DeviceExchange(const DeviceExchange&) = delete;
  DeviceExchange& operator=(const DeviceExchange&) = delete;

  /// Queues an exchange like that of `RankGroup::exchange`. `out` and `in` lie in the GPU's memory.
  /// Throws RankLost.
  virtual void exchange(int peer, std::span<const std::byte> out, std::span<std::byte> in) = 0;

  /// Returns when the GPU has done all that is queued on the stream. Throws RankLost.
  virtual void wait() = 0;
};

/// Processes that train one network together. Each of them is a rank: 0 … size() − 1. All ranks
/// call the functions of ranks/collectives.h in the same order. Calls may come from several
/// threads, but only one at a time.
class RankGroup {
 public:
  RankGroup() = default;
  virtual ~RankGroup() = default;
  RankGroup(const RankGroup&) = delete;
  RankGroup& operator=(const RankGroup&) = delete;

  virtual int rank() const = 0;
  virtual int size() const = 0;

  /// How long an exchange may take.
  enum class Patience {
    limited,    // RankLost is thrown after a fixed time
    unlimited,  // for work that may take long, such as writing files
  };

  /// Sends bytes to another rank and receives as many as `in` holds. Either may be empty. The peer
  /// calls this with the same sizes. Throws RankLost.
  virtual void exchange(int peer, std::span<const std::byte> out, std::span<std::byte> in,
                        Patience patience = Patience::limited) = 0;

  /// Ends the processes of all ranks at once, after an error that the other ranks do not know of.
  virtual void end_all(int exit_code) = 0;

  /// Sets the exchange between the GPUs of the ranks. Either all ranks call this or none.
  void join_devices(std::unique_ptr<DeviceExchange> devices) { devices_ = std::move(devices); }
  /// The exchange between GPUs; null if their values go through the CPU's memory.
  DeviceExchange* devices() const { return devices_.get(); }

 private:
  std::unique_ptr<DeviceExchange> devices_;
};

/// A group's size; 1 without a group.
inline int size_of(const RankGroup* group) { return group == nullptr ? 1 : group->size(); }
/// This process's rank; 0 without a group.
inline int rank_of(const RankGroup* group) { return group == nullptr ? 0 : group->rank(); }

}  // namespace reslab
