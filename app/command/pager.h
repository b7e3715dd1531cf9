#pragma once

#include <string>

namespace reslab::app {

/// Prints the text. If it has more lines than the terminal, shows it in $PAGER or `less -FRX`, as
/// Git does. An empty $PAGER, `cat`, or a program that is absent means
/// none.
void print_paged(const std::string& text);

}  // namespace reslab::app
