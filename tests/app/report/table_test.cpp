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

Table results() {
  Table table;
  table.add_column("network", Table::Align::left);
  table.add_columns(Table::Align::right, {"parameters", "seeds"});
  table.add_column("train error", Table::Align::spread);
  table.add_column("test error", Table::Align::spread);
  table.add_row(
      {"resnet-110:block=bottleneck,shortcut=B", "1,727,962", "3", "6.61 ± 0.16", "7.10"});
  table.add_row({"plain-20", "269,722", "1", "", "9.00"});
  return table;
}

TEST(Table, IsOneBlockWhereItFits) {
  const auto whole = results().text();
  EXPECT_EQ(results().text(82), whole);
  EXPECT_NE(results().text(81), whole);
}

TEST(Table, BreaksHeadingsFirst) {
  EXPECT_EQ(results().text(77),
            "                                                                         test\n"
            "network                                 parameters  seeds  train error  error\n"
            "──────────────────────────────────────  ──────────  ─────  ───────────  ─────\n"
            "resnet-110:block=bottleneck,shortcut=B   1,727,962      3  6.61 ± 0.16   7.10\n"
            "plain-20                                   269,722      1     –          9.00\n");
}

TEST(Table, ThenBreaksLeftAlignedCells) {
  EXPECT_EQ(results().text(60),
            "                                                        test\n"
            "network                parameters  seeds  train error  error\n"
            "─────────────────────  ──────────  ─────  ───────────  ─────\n"
            "resnet-110:             1,727,962      3  6.61 ± 0.16   7.10\n"
            "block=bottleneck,\n"
            "shortcut=B\n"
            "plain-20                  269,722      1     –          9.00\n");
}

TEST(Table, ThenContinuesBelowAndNeverBreaksAWord) {
  EXPECT_EQ(results().text(40),
            "network            parameters  seeds\n"
            "─────────────────  ──────────  ─────\n"
            "resnet-110:         1,727,962      3\n"
            "block=bottleneck,\n"
            "shortcut=B\n"
            "plain-20              269,722      1\n"
            "\n"
            "                                 test\n"
            "network            train error  error\n"
            "─────────────────  ───────────  ─────\n"
            "resnet-110:        6.61 ± 0.16   7.10\n"
            "block=bottleneck,\n"
            "shortcut=B\n"
            "plain-20              –          9.00\n");
}

TEST(Table, BreaksListsAtTheirCommas) {
  Table table;
  table.add_columns(Table::Align::left, {"stage", "layers"});
  table.add_row({"head", "linear 4096, linear 4096, linear 1000"});
  EXPECT_EQ(table.text(35),
            "stage  layers\n"
            "─────  ────────────────────────────\n"
            "head   linear 4096, linear 4096,\n"
            "       linear 1000\n");
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
