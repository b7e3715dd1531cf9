#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace reslab::app {

/// A picture as the bytes of a PNG file.
struct Picture {
  int height = 0;
  int width = 0;
  std::vector<std::byte> png;
};

/// A test image as the trained network sees it, before normalisation, and its predicted class.
struct TestPicture {
  std::int64_t index = 0;  // in the test split
  std::int64_t label = 0;
  std::int64_t predicted = 0;
  double probability = 0;  // of the predicted class
  Picture picture;
};

/// Pictures of a trained network, made at the end of its training.
struct RunPictures {
  std::int64_t iteration = 0;
  std::int64_t images = 0;          // of the test split
  std::int64_t misclassified = 0;   // number of these images
  std::vector<TestPicture> surest;  // misclassified images, the most probable wrong class first
  std::vector<TestPicture> first;   // the first images of the test split; not in the file
  std::string filter_layer;         // the name of the first convolution's weights
  std::vector<Picture> filters;     // of that layer; empty if its kernel is 1×1
};

/// Writes all pictures but `first` as JSON. Throws IoError.
void write_pictures(const std::filesystem::path& file, const RunPictures& pictures);

/// Reads what write_pictures() wrote. Throws InvalidInput, naming the file, if it is damaged.
RunPictures read_pictures(const std::filesystem::path& file);

/// The name of a class, or its number if it has none.
std::string class_name(const std::vector<std::string>& names, std::int64_t label);

/// The bytes in base64 (RFC 4648).
std::string to_base64(const std::vector<std::byte>& bytes);

}  // namespace reslab::app
