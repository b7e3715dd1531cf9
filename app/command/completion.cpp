#include <iostream>
#include <map>

#include "app/command/arguments.h"
#include "app/command/candidates.h"
#include "app/command/command.h"
#include "reslab/base/error.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

// Each script passes the words of the command line to `reslab complete`, which prints a line for
// each candidate, with its meaning after a tab, and ":files", ":folders" or ":json_files" if paths
// may follow.

constexpr auto kBash = R"(# Completion of reslab for bash.
_reslab() {
  local words line found
  read -ra words <<<"${COMP_LINE:0:COMP_POINT}x"  # the x keeps an empty last word
  words[-1]=${words[-1]%x}
  # bash replaces only what follows the last of these characters.
  local current=${words[-1]} breaks=${COMP_WORDBREAKS//[^:=]/} kept=
  [[ $breaks ]] && kept=${current%"${current##*[$breaks]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    found=()
    case $line in
      :files) mapfile -t found < <(compgen -f -- "$current") ;;
      :folders) mapfile -t found < <(compgen -d -- "$current") ;;
      :json_files) mapfile -t found < <(compgen -d -- "$current"; compgen -f -X '!*.json' -- "$current") ;;
      *) line=${line%%$'\t'*}; COMPREPLY+=("${line#"$kept"}") ;;
    esac
    if ((${#found[@]})); then
      compopt -o filenames
      COMPREPLY+=("${found[@]#"$kept"}")
    fi
  done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=/] ]] && compopt -o nospace
  return 0
}
complete -F _reslab reslab
)";

constexpr auto kZsh = R"(#compdef reslab
# Completion of reslab for zsh.
_reslab() {
  local line paths= text
  local -a ended ended_shown open open_shown
  for line in "${(@f)$("${(Q)words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    text=${line%%$'\t'*}
    case $line in
      '') ;;
      :*) paths=${line#:} ;;
      *)
        [[ $line == *$'\t'?* ]] && line="$text  -- ${line#*$'\t'}" || line=$text
        if [[ $text == *[:=/] ]]; then
          open+=("$text") open_shown+=("$line")
        else
          ended+=("$text") ended_shown+=("$line")
        fi ;;
    esac
  done
  (($#ended)) && compadd -l -d ended_shown -a ended
  (($#open)) && compadd -S '' -l -d open_shown -a open
  case $paths in
    files) _files ;;
    folders) _files -/ ;;
    json_files) _files -g '*.json' ;;
  esac
}
if [[ ${funcstack[1]} == _reslab ]]; then _reslab "$@"; else compdef _reslab reslab; fi
)";

constexpr auto kFish = R"(# Completion of reslab for fish.
function __reslab_complete
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  for line in ($before[1] complete -- $before[2..-1] "$current" 2>/dev/null)
    switch $line
      case ':files'
        __fish_complete_path "$current"
      case ':folders'
        __fish_complete_directories "$current" ''
      case ':json_files'
        __fish_complete_suffix "$current" .json
      case '*'
        echo $line
    end
  end
end
complete -c reslab -f -a '(__reslab_complete)'
)";

}  // namespace

int completion_command(int argc, const char* const* argv) {
  static const std::map<std::string, const char*> kScripts = {
      {"bash", kBash}, {"zsh", kZsh}, {"fish", kFish}};
  const auto given = parse_arguments("completion", argc, argv);
  if (!given) return kDone;
  const auto shells = positional_of(*given);
  if (shells.size() != 1)
    throw InvalidInput("expected one shell, found " + std::to_string(shells.size()));
  const auto script = kScripts.find(shells.front());
  if (script == kScripts.end()) {
    const auto& known = command_description("completion").words;
    throw InvalidInput("unknown shell '" + shells.front() + "'" +
                       suggestion(shells.front(), known));
  }
  std::cout << script->second;
  return kDone;
}

int complete_command(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  if (words.empty()) return kDone;
  const auto found = candidates(words);
  for (const auto& [text, meaning] : found.words)
    std::cout << text << (meaning.empty() ? "" : "\t") << meaning << "\n";
  if (found.paths == Completion::files) std::cout << ":files\n";
  if (found.paths == Completion::folders) std::cout << ":folders\n";
  if (found.paths == Completion::json_files) std::cout << ":json_files\n";
  return kDone;
}

}  // namespace reslab::app
