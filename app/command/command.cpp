#include "app/command/command.h"

#include "app/command/bench.h"
#include "app/command/check.h"
#include "app/command/compare.h"
#include "app/command/describe.h"
#include "app/command/evaluate.h"
#include "app/command/export.h"
#include "app/command/list.h"
#include "app/command/predict.h"
#include "app/command/run.h"

namespace reslab::app {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"run", "FILE… [--out DIR]", "train the experiments' networks, or go on where that stopped",
       run},
      {"check", "FILE…", "is the file valid, what would it run, how long", check},
      {"compare", "DIR… [-o DIR]", "tables and curves over any runs", compare},
      {"describe", "NETWORK…", "layers, shapes, parameters, multiply-adds", describe},
      {"list", "", "everything an experiment can say, with its settings", list},
      {"evaluate", "MODEL", "a trained network's errors, also class by class", evaluate},
      {"predict", "MODEL IMAGE|DIR…", "the most probable classes of images", predict},
      {"export", "MODEL --format FORMAT -o FILE",
       "a trained network for other tools: TorchScript, ONNX, safetensors", export_file},
      {"bench", "[NETWORK…]", "how fast networks train on this machine", bench},
  };
  return all;
}

}  // namespace reslab::app
