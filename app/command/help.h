#pragma once

#include <cstddef>
#include <string>

#include "app/command/description.h"

namespace reslab::app {

/// "reslab run [OPTION]… FILE…"
std::string usage_of(const CommandDescription& command);

/// "-o, --output DIR"
std::string label_of(const Option& option);

/// What the option does, with its default.
std::string meaning_of(const Option& option);

/// The meaning and the details as one paragraph.
std::string paragraph_of(const CommandDescription& command);

/// The width of the help on standard output: at most 80.
std::size_t help_columns();

/// The help of a subcommand, in lines of at most `columns` columns, apart from its examples.
std::string help_text(const CommandDescription& command, std::size_t columns);

/// The help of the program: its subcommands.
std::string program_help(std::size_t columns);

/// The help of the program and of all subcommands as a manual page in troff's man macros.
std::string manual_page();

/// The help of a subcommand as a page in Markdown.
std::string markdown_page(const CommandDescription& command);

}  // namespace reslab::app
