#include "app/report/evaluation_report.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "app/report/numbers.h"

namespace reslab::app {
namespace {

constexpr std::size_t kWidestMatrix = 20;  // classes
constexpr std::size_t kMostConfusions = 20;

std::int64_t images_of(const std::vector<std::int64_t>& row) {
  return std::accumulate(row.begin(), row.end(), std::int64_t{0});
}

double error_of(const Evaluation& evaluation, std::size_t label) {
  const auto& row = evaluation.confusion[label];
  const auto images = images_of(row);
  return 100 * static_cast<double>(images - row[label]) / static_cast<double>(images);
}

/// Images of one class that the network assigned to another.
struct Confusion {
  std::size_t label;
  std::size_t predicted;
  std::int64_t images;
};

/// The most frequent first.
std::vector<Confusion> confusions(const Evaluation& evaluation) {
  std::vector<Confusion> list;
  for (std::size_t label = 0; label < evaluation.confusion.size(); ++label)
    for (std::size_t predicted = 0; predicted < evaluation.confusion.size(); ++predicted)
      if (predicted != label && evaluation.confusion[label][predicted] > 0)
        list.push_back({label, predicted, evaluation.confusion[label][predicted]});
  std::ranges::stable_sort(list, std::greater(), &Confusion::images);
  return list;
}

Table matrix(const Evaluation& evaluation, const std::vector<std::string>& names) {
  Table table;
  table.add_column("class ↓ predicted →", Table::Align::left);
  table.add_columns(Table::Align::right, names);
  for (std::size_t label = 0; label < names.size(); ++label) {
    std::vector<std::string> row = {names[label]};
    for (const auto count : evaluation.confusion[label]) row.push_back(grouped(count));
    table.add_row(std::move(row));
  }
  return table;
}

Table most_frequent(const Evaluation& evaluation, const std::vector<std::string>& names) {
  auto list = confusions(evaluation);
  if (list.size() > kMostConfusions) list.resize(kMostConfusions);
  Table table;
  table.add_columns(Table::Align::left, {"most frequent confusions", "predicted as"});
  table.add_column("images", Table::Align::right);
  for (const auto& [label, predicted, images] : list)
    table.add_row({names[label], names[predicted], grouped(images)});
  return table;
}

}  // namespace

std::vector<std::string> class_names(std::vector<std::string> known, const Evaluation& evaluation) {
  for (auto label = known.size(); label < evaluation.confusion.size(); ++label)
    known.push_back(std::to_string(label));
  return known;
}

Table class_table(const Evaluation& evaluation, const std::vector<std::string>& names) {
  Table table;
  table.add_column("class", Table::Align::left);
  table.add_columns(Table::Align::right, {"images", "error %"});
  table.add_column("most often mistaken for", Table::Align::left);
  const auto confused = confusions(evaluation);
  for (std::size_t label = 0; label < names.size(); ++label) {
    const auto images = images_of(evaluation.confusion[label]);
    if (images == 0) continue;
    const auto most = std::ranges::find(confused, label, &Confusion::label);
    table.add_row({names[label], grouped(images),
                   fmt::format("{:.2f}", error_of(evaluation, label)),
                   most == confused.end()
                       ? ""
                       : fmt::format("{} ({})", names[most->predicted], grouped(most->images))});
  }
  return table;
}

Table confusion_table(const Evaluation& evaluation, const std::vector<std::string>& names) {
  return names.size() > kWidestMatrix ? most_frequent(evaluation, names)
                                      : matrix(evaluation, names);
}

Json class_results(const Evaluation& evaluation, const std::vector<std::string>& names) {
  Json list = Json::array();
  for (std::size_t label = 0; label < names.size(); ++label) {
    const auto images = images_of(evaluation.confusion[label]);
    list.push_back({{"class", names[label]},
                    {"images", images},
                    {"error", images == 0 ? Json() : Json(error_of(evaluation, label))}});
  }
  return list;
}

}  // namespace reslab::app
