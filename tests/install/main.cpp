// A project outside the tree: builds a ResNet, trains a step, exports it to the file named.

#include <iostream>

#include <ATen/ATen.h>

#include "reslab/data/options.h"
#include "reslab/interchange/export.h"
#include "reslab/model/network_name.h"
#include "reslab/train/trainer.h"

int main(int, char** argv) {
  const reslab::DataOptions options;  // the drawn images
  const auto data = reslab::load(options);
  const auto transform = reslab::make_transform(data, options);
  const auto network = reslab::make_network(reslab::parse_network("resnet-8"), 1);
  const reslab::Recipe recipe;
  reslab::Trainer trainer(network, data, transform, recipe, 1, at::kCPU);
  trainer.advance();
  std::cout << "loss " << trainer.window()->loss << "\n";
  reslab::export_network(network, reslab::ExportFormat::torchscript, argv[1], {});
}
