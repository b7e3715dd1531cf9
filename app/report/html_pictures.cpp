#include "app/report/html_pictures.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "app/report/markup.h"
#include "reslab/base/text.h"

namespace reslab::app {
namespace {

constexpr std::size_t kMostInHeatMap = 200;    // classes of a heat map
constexpr std::size_t kMostBesideImages = 20;  // classes of a heat map that stands beside images
constexpr int kSmallPicture = 64;  // pixels; a smaller picture is enlarged without smoothing

std::string html_image(const Picture& picture, const std::string& text) {
  const bool small = std::min(picture.height, picture.width) <= kSmallPicture;
  return fmt::format(
      "<img {}alt=\"{}\" width=\"{}\" height=\"{}\" src=\"data:image/png;base64,{}\">",
      small ? "class=\"pixels\" " : "", escape_markup(text), picture.width, picture.height,
      to_base64(picture.png));
}

std::string html_figure(const std::string& content, const std::string& caption,
                        const std::string& attributes = "") {
  return element("figure", content + element("figcaption", escape_markup(caption)), attributes) +
         "\n";
}

std::string heat_map(const ConfusionMatrix& matrix, std::size_t number) {
  std::int64_t images = 0;
  for (const auto& row : matrix.counts.confusion)
    images += std::accumulate(row.begin(), row.end(), std::int64_t{0});
  const auto caption = fmt::format(
      "Confusion matrix of {}: a row for each class, a column for each predicted class. Blue: "
      "right, orange: wrong; the stronger, the larger the share of the row. With several seeds, "
      "their sum.",
      counted(images, "test image"));
  return html_figure(
      element("div", "", "class=\"heat\""), caption,
      fmt::format("{}id=\"confusion-{}\"",
                  matrix.names.size() > kMostBesideImages ? "class=\"many\" " : "", number));
}

std::string misclassified(const NetworkPictures& network) {
  const auto& [iteration, images, wrong, surest, first, layer, filters] = network.pictures;
  if (surest.empty()) return {};
  std::string items;
  for (const auto& shown : surest) {
    const auto label = class_name(network.classes, shown.label);
    const auto predicted = class_name(network.classes, shown.predicted);
    items +=
        element("li", html_image(shown.picture, fmt::format("test image {}", shown.index)) +
                          escape_markup(label) + "<br>→ " + element("b", escape_markup(predicted)) +
                          fmt::format(" {:.0f}&nbsp;%", 100 * shown.probability)) +
        "\n";
  }
  const auto which =
      wrong == 1 ? "The only misclassified test image"
      : std::cmp_equal(surest.size(), wrong)
          ? fmt::format("All {} misclassified test images", wrong)
          : fmt::format("The {} of {} misclassified test images with the most probable wrong class",
                        surest.size(), grouped(wrong));
  return html_figure(
      element("ul", "\n" + items, "class=\"images\""),
      fmt::format(
          "{}: class → predicted class and its probability. {} test images, seed {}, weights "
          "of iteration {}.",
          which, grouped(images), network.seed, grouped(iteration)));
}

std::string first_filters(const NetworkPictures& network) {
  const auto& pictures = network.pictures;
  if (pictures.filters.empty()) return {};
  std::string images;
  for (std::size_t i = 0; i < pictures.filters.size(); ++i)
    images += html_image(pictures.filters[i], fmt::format("filter {}", i + 1));
  const auto& size = pictures.filters.front();
  return html_figure(
      element("div", images, "class=\"filters\""),
      fmt::format("Filters of the first layer ({}), {}×{}, seed {}. Each is scaled to "
                  "its largest magnitude; grey is 0.",
                  pictures.filter_layer, size.height, size.width, network.seed),
      "class=\"many\"");
}

}  // namespace

bool has_heat_map(const ConfusionMatrix& matrix) { return matrix.names.size() <= kMostInHeatMap; }

Json confusion_data(const ConfusionMatrix& matrix) {
  Json cells = Json::array();
  const auto& rows = matrix.counts.confusion;
  for (std::size_t label = 0; label < rows.size(); ++label)
    for (std::size_t predicted = 0; predicted < rows.size(); ++predicted)
      if (rows[label][predicted] > 0) cells.push_back({label, predicted, rows[label][predicted]});
  return {{"names", matrix.names}, {"cells", std::move(cells)}};
}

std::string html_pictures(const Report& report) {
  std::vector<std::string> networks;
  const auto note = [&networks](const std::string& network) {
    if (std::ranges::find(networks, network) == networks.end()) networks.push_back(network);
  };
  for (const auto& matrix : report.confusions)
    if (has_heat_map(matrix)) note(matrix.network);
  for (const auto& network : report.pictures) note(network.network);

  std::string html;
  std::size_t heat_maps = 0;
  for (const auto& name : networks) {
    std::string figures;
    for (const auto& matrix : report.confusions)
      if (matrix.network == name && has_heat_map(matrix)) figures += heat_map(matrix, heat_maps++);
    for (const auto& network : report.pictures)
      if (network.network == name) figures += misclassified(network) + first_filters(network);
    if (!figures.empty())
      html += element("h3", escape_markup(name)) + "\n" +
              element("div", "\n" + figures, "class=\"pictures\"") + "\n";
  }
  return html;
}

}  // namespace reslab::app
