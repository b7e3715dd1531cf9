#include "reslab/data/catalogue.h"

#include "reslab/data/cifar.h"
#include "reslab/data/image_folder.h"
#include "reslab/data/shapes.h"

namespace reslab {

const std::vector<DataSourceEntry>& data_sources() {
  using Source = std::shared_ptr<DataSource>;
  static const std::vector<DataSourceEntry> entries = {
      {"shapes", "ten shapes drawn from a seed, 32x32; needs no download",
       []() -> Source { return std::make_shared<ShapesSource>(); }},
      {"cifar10", "CIFAR-10, binary version: 50,000 + 10,000 images of 32x32, 10 classes",
       []() -> Source { return std::make_shared<CifarSource>(cifar10_format()); }},
      {"cifar100", "CIFAR-100, binary version: 50,000 + 10,000 images of 32x32, 100 fine classes",
       []() -> Source { return std::make_shared<CifarSource>(cifar100_format()); }},
      {"folder", "JPEG and PNG files in train|val|test/<class>/",
       []() -> Source { return std::make_shared<FolderSource>(); }},
  };
  return entries;
}

}  // namespace reslab
