#pragma once

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "reslab/data/images.h"
#include "reslab/data/transform.h"

namespace reslab {

/// Input and targets of a network.
struct Batch {
  at::Tensor images;  // N × channels × height × width, float32, channels_last in memory
  at::Tensor labels;  // N, int64
};

/// Training images stored on a device as bytes. Batches are made there; only the images' indices
/// and random crops are copied to the device for each batch.
class DeviceImages {
 public:
  /// Whether all images are in memory and have the size of the network's input, and the transform
  /// only crops, flips and shifts them.
  static bool can_hold(const Images& images, const Transform& transform);

  /// Requires can_hold(images, transform). Copies what it needs of both.
  DeviceImages(const Images& images, const Transform& transform, at::Device device);

  /// A batch of the images `indices[j]` with the crops `crops[j]`. Equal to Transform::training
  /// except for rounding.
  Batch training(std::span<const std::int64_t> indices, std::span<const RandomCrop> crops) const;

 private:
  at::Tensor pixels_;   // N × height × width × 3, bytes
  at::Tensor labels_;   // N, int64
  at::Tensor scale_;    // 3
  at::Tensor offset_;   // height × width × 3
  at::Tensor rows_;     // 1 × height: 0, 1, …
  at::Tensor columns_;  // 1 × width
};

}  // namespace reslab
