#include "app/command/command.h"

namespace reslab::app {

const std::map<std::string, CommandFunction>& commands() {
  static const std::map<std::string, CommandFunction> all = {
      {"run", run_command},           {"check", check_command},
      {"watch", watch_command},       {"compare", compare_command},
      {"describe", describe_command}, {"list", list_command},
      {"evaluate", evaluate_command}, {"predict", predict_command},
      {"export", export_command},
#ifdef RESLAB_HAS_FETCH
      {"fetch", fetch_command},
#endif
      {"bench", bench_command},       {"completion", completion_command},
      {"complete", complete_command}, {"man", man_command},
  };
  return all;
}

}  // namespace reslab::app
