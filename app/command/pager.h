#pragma once

#include <string>

namespace reslab::app {

/// Prints the text. If it has more lines than the terminal, shows it in $PAGER or `less -FRX`, as
/// Git does. An empty $PAGER, `cat`, a program that is absent, or a dumb terminal means none.
void print_paged(const std::string& text);

}  // namespace reslab::app
