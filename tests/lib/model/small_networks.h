#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "reslab/model/block_kind.h"

namespace reslab {

/// The papers' own networks; walked over as well when `scripts/test --all` asks for it.
inline std::vector<std::string> full_catalogue() {
  if (std::getenv("RESLAB_TEST_ALL") == nullptr) return {};
  return {"plain-20",
          "plain-110",
          "resnet-20",
          "resnet-32",
          "resnet-44",
          "resnet-56",
          "resnet-110",
          "resnet-1202",
          "plain-34",
          "resnet-34:shortcut=A",
          "resnet-34",
          "resnet-34:shortcut=C",
          "resnet-101",
          "resnet-152",
          "resnet-50:stride_in=3x3",
          "resnet-50:shortcut=A",
          "resnet-50:shortcut=C",
          "highway-110:gate_bias=-6",
          "highway-110:gating=shortcut-only,gate_bias=-6",
          "resnet-110:residual_scale=0.5,shortcut_scale=0.5",
          "resnet-110:shortcut_dropout=0.5",
          "resnet-110:survival=0.5",
          "resnet-110:activation=full-pre-activation",
          "resnet-164:activation=bn-after-addition,shortcut=B",
          "resnet-164:activation=relu-before-addition,shortcut=B",
          "resnet-164:activation=relu-only-pre-activation,shortcut=B",
          "resnet-164:activation=full-pre-activation,shortcut=B",
          "resnet-1001:activation=full-pre-activation,shortcut=B",
          "wide-40:width=4",
          "wide-16:width=8",
          "wide-28",
          "highway-19",
          "highway-32:family=highway"};
}

/// The smallest networks of every kind, of seven classes: family, connection, block, shortcut,
/// order of activation, gates.
inline std::vector<std::string> small_networks() {
  std::vector<std::string> networks;
  std::vector<std::string> starts;
  for (const auto& layout : block_layouts())  // the smallest CIFAR network of each
    starts.push_back(std::to_string(3 * layout.layers() + 2) + ":block=" + layout.name + ",");
  starts.emplace_back("18:");
  for (const auto& start : starts) {
    networks.push_back("plain-" + start + "classes=7");
    for (const std::string kind : {"resnet-", "highway-"})
      for (const std::string shortcut : {"A", "B", "C"})
        networks.push_back(kind + start + "shortcut=" + shortcut + ",classes=7");
  }
  for (const std::string kind : {"plain-", "resnet-", "highway-"})
    networks.push_back(kind + "50:classes=7");
  for (const std::string order : {"bn-after-addition", "relu-before-addition",
                                  "relu-only-pre-activation", "full-pre-activation"})
    for (const std::string start :
         {"8:shortcut=A", "8:shortcut=C", "11:block=bottleneck,shortcut=B"})
      networks.push_back("resnet-" + start + ",activation=" + order + ",classes=7");
  for (const auto* network :
       {"resnet-8:padding=both,classes=7", "resnet-11:block=bottleneck,stride_in=3x3,classes=7",
        "highway-8:gate_bias=-1,classes=7,in_channels=1",
        "highway-8:gating=shortcut-only,gate_bias=-6,classes=7", "highway-8:gate=3x3,classes=7",
        "resnet-8:residual_scale=0.5,shortcut_scale=0.5,classes=7",
        "resnet-8:shortcut_dropout=0.5,classes=7", "resnet-8:survival=0.5,classes=7",
        "resnet-8:activation=full-pre-activation,survival=0.5,classes=7",
        "plain-8:batch_norm=false,initialization=xavier,classes=7",
        "resnet-8:batch_norm=false,initialization=normal,sigma=0.05,classes=7",
        "resnet-18:stem=3x3,classes=7", "resnet-8:width=2,classes=7", "wide-10:width=2,classes=7",
        "highway-19:classes=7", "highway-19:batch_norm=true,gate=1x1,classes=7",
        "highway-32:family=highway,classes=7"})
    networks.emplace_back(network);
  for (const auto& network : full_catalogue()) networks.push_back(network);
  return networks;
}

/// The smallest of the ancestors, still of some hundred megabytes.
inline std::vector<std::string> large_networks() {
  return {"alexnet:classes=7", "vgg-11:batch_norm=true,classes=7"};
}

}  // namespace reslab
