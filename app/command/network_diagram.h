#pragma once

#include "app/report/block_diagram.h"
#include "app/report/diagram.h"
#include "reslab/model/network_spec.h"
#include "reslab/model/summary.h"

namespace reslab::app {

/// The boxes and shortcuts of a network whose summary was made for images of size×size pixels.
DiagramColumn diagram_column(const NetworkSpec& spec, const NetworkSummary& summary,
                             std::int64_t size);

/// A block of the network: the second one of the first stage, whose shortcut is usually the
/// identity. Throws InvalidInput if the network has no blocks.
BlockDiagram block_diagram(const NetworkSpec& spec, const NetworkSummary& summary);

}  // namespace reslab::app
