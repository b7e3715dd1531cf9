#pragma once

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "reslab/data/batch.h"
#include "reslab/data/images.h"
#include "reslab/data/transform.h"

namespace reslab {

/// Training images kept on a device as bytes and made into batches there: what is sent for a batch
/// is which images it has and how they are cut.
class DeviceImages {
 public:
  /// Whether all images lie in memory and are of the size of the network's input.
  static bool can_hold(const Images& images, const Transform& transform);

  /// `images` and `transform` need not outlive it. can_hold() must be true of them.
  DeviceImages(const Images& images, const Transform& transform, at::Device device);

  /// Image `indices[j]` as Transform::training leaves it after `cuts[j]`, but for rounding.
  Batch training(std::span<const std::int64_t> indices, std::span<const Cut> cuts) const;

 private:
  at::Tensor pixels_;   // N × height × width × 3, bytes
  at::Tensor labels_;   // N, int64
  at::Tensor scale_;    // 3
  at::Tensor offset_;   // height × width × 3
  at::Tensor rows_;     // 1 × height: 0, 1, …
  at::Tensor columns_;  // 1 × width
};

}  // namespace reslab
