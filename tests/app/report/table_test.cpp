#include "app/report/table.h"

#include <gtest/gtest.h>

#include "reslab/base/text.h"

namespace reslab::app {
namespace {

TEST(Table, AlignsByCharactersNotBytes) {
  Table table;
  table.add_column("name", Table::Align::left);
  table.add_column("error", Table::Align::right);
  table.add_column("note", Table::Align::left);
  table.add_row({"größer", "6.61 ± 0.16", "x"});
  table.add_row({"a", "", "long note"});
  EXPECT_EQ(table.text(),
            "name          error  note\n"
            "──────  ───────────  ─────────\n"
            "größer  6.61 ± 0.16  x\n"
            "a                 –  long note\n");
}

TEST(Table, AlignsSpreadsByTheirMeans) {
  Table table;
  table.add_column("error", Table::Align::spread);
  table.add_row({"6.61 ± 0.16"});
  table.add_row({"10.50 ± 0.1"});
  table.add_row({"7.00"});
  table.add_row({""});
  EXPECT_EQ(table.text(),
            "       error\n"
            "────────────\n"
            " 6.61 ± 0.16\n"
            "10.50 ± 0.1\n"
            " 7.00\n"
            "    –\n");
  EXPECT_EQ(table.rows()[2].front(), "7.00");
}

TEST(Table, CutsAtCharacters) {
  const std::string text = "aü±b";
  EXPECT_EQ(text_width(text), 4U);
  EXPECT_EQ(cut_to_width(text, 4), text);
  EXPECT_EQ(cut_to_width(text, 3), "aü…");
  EXPECT_EQ(cut_to_width(text, 1), "…");
  EXPECT_EQ(cut_to_width(text, 0), "");
}

}  // namespace
}  // namespace reslab::app
