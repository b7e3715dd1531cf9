#pragma once

#include <string>
#include <vector>

namespace reslab {

/// The smallest networks of every kind, of seven classes: family, connection, block and shortcut.
inline std::vector<std::string> small_networks() {
  std::vector<std::string> networks;
  for (const std::string start : {"8:", "11:block=bottleneck,", "18:"}) {
    networks.push_back("plain-" + start + "classes=7");
    for (const std::string kind : {"resnet-", "highway-"})
      for (const std::string shortcut : {"A", "B", "C"})
        networks.push_back(kind + start + "shortcut=" + shortcut + ",classes=7");
  }
  for (const std::string kind : {"plain-", "resnet-", "highway-"})
    networks.push_back(kind + "50:classes=7");
  networks.emplace_back("resnet-8:padding=both,classes=7");
  networks.emplace_back("resnet-11:block=bottleneck,stride_in=3x3,classes=7");
  networks.emplace_back("highway-8:gate_bias=-1,classes=7,in_channels=1");
  return networks;
}

}  // namespace reslab
