#include "app/runs/event_file.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include <boost/crc.hpp>
#include <protozero/pbf_builder.hpp>
#include <unistd.h>

#include "app/runs/host_name.h"

namespace reslab::app {
namespace {

using Tag = protozero::pbf_tag_type;
template <class Field>
using Builder = protozero::pbf_builder<Field>;

// Field numbers of the messages in TensorFlow's event.proto and summary.proto, in TensorBoard's
// plugins/hparams/plugin_data.proto, and in protobuf's struct.proto.
enum class EventField : Tag {
  wall_time = 1,
  step = 2,
  file_version = 3,
  summary = 5,
  session_log = 7
};
enum class SessionLogField : Tag { status = 1 };
enum class SummaryField : Tag { value = 1 };
enum class ValueField : Tag { tag = 1, simple_value = 2, image = 4, metadata = 9 };
enum class ImageField : Tag { height = 1, width = 2, colorspace = 3, encoded = 4 };
enum class MetadataField : Tag { plugin_data = 1 };
enum class PluginField : Tag { name = 1, content = 2 };
enum class HyperParametersField : Tag { start = 3, end = 4 };
enum class StartField : Tag { settings = 1, start_time = 5 };
enum class EndField : Tag { status = 1, end_time = 2 };
enum class EntryField : Tag { key = 1, value = 2 };
enum class StructValueField : Tag { number = 2, text = 3, boolean = 4 };

constexpr int kSessionLogStart = 1;
constexpr int kRgb = 3;  // the colour space of images

const std::string kPrefix = "events.out.tfevents.";

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::filesystem::path new_path(const std::filesystem::path& directory) {
  const auto name = kPrefix + std::to_string(static_cast<std::int64_t>(seconds_since_1970())) +
                    "." + host_name() + "." + std::to_string(getpid()) + ".";
  int number = 0;
  while (std::filesystem::exists(directory / (name + std::to_string(number)))) ++number;
  return directory / (name + std::to_string(number));
}

/// The checksum of a TFRecord: CRC-32C, rotated and shifted, since a checksum of data that contain
/// their own checksum says little.
std::uint32_t masked_checksum(std::string_view data) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(data.data(), data.size());
  const std::uint32_t sum = crc.checksum();
  return ((sum >> 15) | (sum << 17)) + 0xA282EAD8;
}

template <class Number>
std::string bytes_of(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

/// A value of the HPARAMS page. `content`: a HParamsPluginData message.
void add_hparams(std::string& event, const std::string& tag, const std::string& content) {
  Builder<EventField> out(event);
  Builder<SummaryField> summary(out, EventField::summary);
  Builder<ValueField> value(summary, SummaryField::value);
  value.add_string(ValueField::tag, tag);
  Builder<MetadataField> metadata(value, ValueField::metadata);
  Builder<PluginField> plugin(metadata, MetadataField::plugin_data);
  plugin.add_string(PluginField::name, "hparams");
  plugin.add_bytes(PluginField::content, content);
}

void add_setting(Builder<StartField>& start, const HyperParameter& setting) {
  Builder<EntryField> entry(start, StartField::settings);
  entry.add_string(EntryField::key, setting.first);
  Builder<StructValueField> value(entry, EntryField::value);
  if (const auto* number = std::get_if<double>(&setting.second))
    value.add_double(StructValueField::number, *number);
  else if (const auto* boolean = std::get_if<bool>(&setting.second))
    value.add_bool(StructValueField::boolean, *boolean);
  else
    value.add_string(StructValueField::text, std::get<std::string>(setting.second));
}

}  // namespace

EventFile::EventFile(const std::filesystem::path& directory) : file_(new_path(directory)) {
  std::string event;
  Builder<EventField>(event).add_string(EventField::file_version, "brain.Event:2");
  append(event);
}

void EventFile::purge(Step first) {
  std::string event;
  Builder<EventField> out(event);
  out.add_int64(EventField::step, first);
  Builder<SessionLogField>(out, EventField::session_log)
      .add_enum(SessionLogField::status, kSessionLogStart);
  append(event);
}

void EventFile::scalars(Step step, const std::vector<std::pair<std::string, double>>& values) {
  std::string event;
  {
    Builder<EventField> out(event);
    out.add_int64(EventField::step, step);
    Builder<SummaryField> summary(out, EventField::summary);
    for (const auto& [tag, number] : values) {
      Builder<ValueField> value(summary, SummaryField::value);
      value.add_string(ValueField::tag, tag);
      value.add_float(ValueField::simple_value, static_cast<float>(number));
    }
  }
  append(event);
}

void EventFile::image(Step step, const std::string& tag, int height, int width,
                      const std::vector<std::byte>& png) {
  std::string event;
  {
    Builder<EventField> out(event);
    out.add_int64(EventField::step, step);
    Builder<SummaryField> summary(out, EventField::summary);
    Builder<ValueField> value(summary, SummaryField::value);
    value.add_string(ValueField::tag, tag);
    Builder<ImageField> image(value, ValueField::image);
    image.add_int32(ImageField::height, height);
    image.add_int32(ImageField::width, width);
    image.add_int32(ImageField::colorspace, kRgb);
    image.add_bytes(ImageField::encoded, reinterpret_cast<const char*>(png.data()), png.size());
  }
  append(event);
}

void EventFile::session_start(const std::vector<HyperParameter>& settings) {
  std::string content;
  {
    Builder<HyperParametersField> out(content);
    Builder<StartField> start(out, HyperParametersField::start);
    for (const auto& setting : settings) add_setting(start, setting);
    start.add_double(StartField::start_time, seconds_since_1970());
  }
  std::string event;
  add_hparams(event, "_hparams_/session_start_info", content);
  append(event);
}

void EventFile::session_end(SessionStatus status) {
  std::string content;
  {
    Builder<HyperParametersField> out(content);
    Builder<EndField> end(out, HyperParametersField::end);
    end.add_enum(EndField::status, static_cast<std::int32_t>(status));
    end.add_double(EndField::end_time, seconds_since_1970());
  }
  std::string event;
  add_hparams(event, "_hparams_/session_end_info", content);
  append(event);
}

std::vector<std::filesystem::path> EventFile::files_in(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : directory_entries(directory))
    if (entry.path().filename().string().starts_with(kPrefix)) files.push_back(entry.path());
  return files;
}

/// A TFRecord: length, checksum of the length, data, checksum of the data.
void EventFile::append(const std::string& event) {
  std::string timed;
  Builder<EventField>(timed).add_double(EventField::wall_time, seconds_since_1970());
  timed += event;
  const auto length = bytes_of(static_cast<std::uint64_t>(timed.size()));
  file_.append(length + bytes_of(masked_checksum(length)) + timed +
               bytes_of(masked_checksum(timed)));
}

}  // namespace reslab::app
