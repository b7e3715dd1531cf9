#pragma once

#include <cstddef>
#include <string>

#include "app/command/description.h"

namespace reslab::app {

/// "reslab run [OPTION]… FILE…"
std::string usage_of(const CommandDescription& command);

/// "-o, --output DIR"
std::string label_of(const Option& option);

/// The meaning of the option and its default.
std::string meaning_of(const Option& option);

/// The meaning and the details as one paragraph.
std::string paragraph_of(const CommandDescription& command);

/// A label with its meaning beside it, from the column `meaning_column` on, in lines of at most
/// `columns` columns. A label that does not leave `gap` spaces has the meaning below it.
std::string entry_text(const std::string& label, const std::string& meaning,
                       std::size_t meaning_column, std::size_t gap, std::size_t columns);

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
