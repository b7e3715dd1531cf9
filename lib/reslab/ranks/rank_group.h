#pragma once

#include <cstddef>
#include <span>
#include <stdexcept>

namespace reslab {

/// Thrown if another rank does not answer in time or its connection is lost.
class RankLost : public std::runtime_error {
  using std::runtime_error::runtime_error;
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
};

/// A group's size; 1 without a group.
inline int size_of(const RankGroup* group) { return group == nullptr ? 1 : group->size(); }
/// This process's rank; 0 without a group.
inline int rank_of(const RankGroup* group) { return group == nullptr ? 0 : group->rank(); }

}  // namespace reslab
