#include "reslab/model/network_spec.h"

#include <algorithm>

#include "reslab/base/setting_rows.h"
#include "reslab/base/text.h"
#include "reslab/model/depths.h"

namespace reslab {
namespace {

constexpr std::int64_t kAlexnetDepth = 8;
constexpr std::int64_t kHighwayDepth = 19;

/// The facts about a family that are not settings.
struct FamilyFacts {
  Family family;
  const char* title;
  std::int64_t image_size;           // height and width of the papers' images
  std::int64_t smallest_image_size;  // height and width that still reach the head
};

constexpr FamilyFacts kFamilies[] = {
    {Family::cifar, "CIFAR", 32, 1},      {Family::imagenet, "ImageNet", 224, 1},
    {Family::wide, "Wide ResNet", 32, 1}, {Family::highway, "highway", 32, 4},
    {Family::vgg, "VGG", 224, 32},        {Family::alexnet, "AlexNet", 224, 63},
};

const FamilyFacts& facts_of(Family family) {
  return *std::ranges::find(kFamilies, family, &FamilyFacts::family);
}

bool has_stages(Family family) {
  return family == Family::cifar || family == Family::imagenet || family == Family::wide;
}

bool is_plain(Family family) { return family == Family::vgg || family == Family::alexnet; }

void set_block_defaults(NetworkSpec& spec) {
  spec.shortcut =
      spec.family == Family::imagenet || spec.family == Family::wide ? Shortcut::B : Shortcut::A;
}

void set_family_defaults(NetworkSpec& spec) {
  const auto family = spec.family;
  const bool highway = family == Family::highway;
  if (is_plain(family)) spec.connection = Connection::plain;
  if (family == Family::alexnet) spec.depth = kAlexnetDepth;
  spec.block = default_block(family, spec.depth);
  spec.activation = family == Family::wide ? Activation::full_pre_activation : Activation::original;
  spec.width = family == Family::wide ? 10 : 1;
  spec.classes = family == Family::imagenet || is_plain(family) ? 1000 : 10;
  spec.gate = highway ? GateKind::conv3x3 : GateKind::conv1x1;
  spec.gate_bias = highway ? -2 : -3;
  spec.dropout = highway ? 0.2 : is_plain(family) ? 0.5 : 0;
  spec.batch_norm = has_stages(family);
  set_block_defaults(spec);
}

void set_depth_defaults(NetworkSpec& spec) {
  if (is_imagenet_depth(spec.depth))
    spec.family = Family::imagenet;
  else if (spec.connection == Connection::highway && spec.depth == kHighwayDepth)
    spec.family = Family::highway;
  else
    spec.family = Family::cifar;
  set_family_defaults(spec);
}

bool is_residual(const NetworkSpec& spec) {
  return is_staged(spec) && spec.connection == Connection::residual;
}

bool is_gated(const NetworkSpec& spec) { return spec.connection == Connection::highway; }

bool has_shortcuts(const NetworkSpec& spec) {
  return is_staged(spec) && spec.connection != Connection::plain;
}

/// A setting of gates that only the staged families have.
std::string unused_gating(const NetworkSpec& spec) {
  if (!is_gated(spec)) return "only a highway network has gates";
  return is_staged(spec) ? "" : "the highway family has one kind";
}

std::string unused_stride_in(const NetworkSpec& spec) {
  const auto& layout = layout_of(spec.block);
  if (is_staged(spec) && layout.first_3x3() > 0) return "";
  const auto& one_place = layout.first_3x3() > 0 ? block_layouts().front() : layout;
  return "a " + one_place.name + " block has one place for the stride";
}

SettingOf<NetworkSpec> residual_only(SettingOf<NetworkSpec> setting) {
  return std::move(setting).used_if(is_residual, "only residual blocks have it");
}

SettingOf<NetworkSpec> gates_only(SettingOf<NetworkSpec> setting) {
  return std::move(setting).used_if(is_gated, "only a highway network has gates");
}

SettingOf<NetworkSpec> block_setting() {
  std::vector<std::pair<std::string, BlockKind>> names;
  for (const auto& layout : block_layouts()) names.emplace_back(layout.name, layout.kind);
  const auto convolutions = [](const BlockLayout& layout) {
    return layout.name + ": " + joined(layout.convolutions, ", ", [](const auto& convolution) {
             const auto side = std::to_string(convolution.kernel);
             return side + "×" + side;
           });
  };
  return choice("block", "convolutions of a block; " + joined(block_layouts(), "; ", convolutions),
                &NetworkSpec::block, names)
      .used_if([](const auto& spec) { return is_staged(spec) && spec.family != Family::wide; },
               "only CIFAR and ImageNet networks have it")
      .then(set_block_defaults);
}

Settings<NetworkSpec> layout_settings() {
  using Spec = NetworkSpec;
  return {
      choice("connection",
             "how a block joins F(x) and x: plain F(x), residual F(x) + S(x), highway T·F(x) + "
             "(1−T)·S(x)",
             &Spec::connection,
             {{"plain", Connection::plain},
              {"residual", Connection::residual},
              {"highway", Connection::highway}})
          .used_if([](const Spec& spec) { return !is_plain(spec.family); },
                   "AlexNet and VGG are plain"),
      number("depth", "number of weighted layers, as the paper counts them", &Spec::depth, 1,
             kDeepest)
          .used_if([](const Spec& spec) { return spec.family != Family::alexnet; },
                   "AlexNet has 8 layers")
          .then(set_depth_defaults),
      choice("family",
             "stem, stages and head: ResNets for 32×32 (cifar) or 224×224 images (imagenet), Wide "
             "ResNets, Highway Networks, VGG, AlexNet",
             &Spec::family,
             {{"cifar", Family::cifar},
              {"imagenet", Family::imagenet},
              {"wide", Family::wide},
              {"highway", Family::highway},
              {"vgg", Family::vgg},
              {"alexnet", Family::alexnet}})
          .then(set_family_defaults),
      block_setting(),
      choice("stride_in", "which convolution of a bottleneck carries the stride", &Spec::stride_in,
             {{"1x1", StrideIn::conv1x1}, {"3x3", StrideIn::conv3x3}})
          .unused_because(unused_stride_in),
      choice("stem", "first convolution of an ImageNet network; 3x3 has stride 1 and no pooling",
             &Spec::stem, {{"7x7", Stem::conv7x7}, {"3x3", Stem::conv3x3}})
          .used_if([](const Spec& spec) { return spec.family == Family::imagenet; },
                   "only ImageNet networks have it"),
      number("width", "factor of the family's channels", &Spec::width, 1, 64)
          .used_if(
              [](const Spec& spec) {
                return spec.family == Family::cifar || spec.family == Family::wide;
              },
              "only CIFAR and wide networks have it"),
  };
}

Settings<NetworkSpec> connection_settings() {
  using Spec = NetworkSpec;
  return {
      residual_only(choice("activation", "where a block has its ReLUs and BatchNorms",
                           &Spec::activation,
                           {{"original", Activation::original},
                            {"bn-after-addition", Activation::bn_after_addition},
                            {"relu-before-addition", Activation::relu_before_addition},
                            {"relu-only-pre-activation", Activation::relu_only_pre_activation},
                            {"full-pre-activation", Activation::full_pre_activation}})),
      choice("shortcut",
             "A: zero-padded identity; B: projection where the shape changes; C: projection "
             "everywhere",
             &Spec::shortcut, {{"A", Shortcut::A}, {"B", Shortcut::B}, {"C", Shortcut::C}})
          .unused_because([](const Spec& spec) {
            if (has_shortcuts(spec)) return "";
            return is_staged(spec) ? "a plain network has no shortcut"
                                   : "only an identity fits this family";
          }),
      choice("padding", "where shortcut A puts its zero channels", &Spec::padding,
             {{"end", Padding::end}, {"both", Padding::both}})
          .used_if(
              [](const Spec& spec) { return has_shortcuts(spec) && spec.shortcut == Shortcut::A; },
              "only shortcut A pads with zeros"),
      residual_only(number("residual_scale", "factor of F(x)", &Spec::residual_scale, 1e-3, 10)),
      residual_only(number("shortcut_scale",
                           "factor of S(x); to remove the shortcut, set the connection to plain",
                           &Spec::shortcut_scale, 1e-3, 10)),
      residual_only(number("shortcut_dropout", "share of S(x)'s values that a training step drops",
                           &Spec::shortcut_dropout, 0, 0.99)),
      residual_only(number("survival",
                           "stochastic depth: probability that a training step computes F of the "
                           "last block; it falls linearly from 1 over the blocks",
                           &Spec::survival, 0.01, 1)),
      choice("gating", "paths that a gate multiplies: F by T and S by 1−T, or S alone",
             &Spec::gating,
             {{"exclusive", Gating::exclusive}, {"shortcut-only", Gating::shortcut_only}})
          .unused_because(unused_gating),
      gates_only(choice("gate", "the convolution of a gate", &Spec::gate,
                        {{"1x1", GateKind::conv1x1}, {"3x3", GateKind::conv3x3}})),
      gates_only(number("gate_bias",
                        "bias of a gate at the start; a negative bias lets x pass at first",
                        &Spec::gate_bias, -100, 100)),
  };
}

Settings<NetworkSpec> layer_settings() {
  using Spec = NetworkSpec;
  return {
      number("classes", "number of outputs; unless given, the number of classes in the data set",
             &Spec::classes, 1, 1e6),
      number("in_channels", "channels of the images", &Spec::in_channels, 1, 1024),
      number("dropout", "share of values dropped before the layers that the family's authors chose",
             &Spec::dropout, 0, 0.99)
          .used_if([](const Spec& spec) { return !is_staged(spec); },
                   "only the highway family, VGG and AlexNet have it"),
      flag("batch_norm", "BatchNorm after every convolution; without it, convolutions have a bias",
           &Spec::batch_norm)
          .used_if([](const Spec& spec) { return spec.family != Family::alexnet; },
                   "AlexNet has none"),
      choice("initialization",
             "initial weights: He's, Glorot's, or normal with the standard deviation sigma",
             &Spec::initialization,
             {{"he", Initialization::he},
              {"xavier", Initialization::xavier},
              {"normal", Initialization::normal}}),
      number("sigma", "standard deviation of the weights at the start", &Spec::sigma, 1e-9, 10)
          .used_if([](const Spec& spec) { return spec.initialization == Initialization::normal; },
                   "only the normal initialization has it"),
  };
}

}  // namespace

const Settings<NetworkSpec>& network_settings() {
  static const auto table = layout_settings().add(connection_settings()).add(layer_settings());
  return table;
}

NetworkSpec default_network(Connection connection, std::int64_t depth) {
  NetworkSpec spec;
  spec.connection = connection;
  spec.depth = depth;
  set_depth_defaults(spec);
  return spec;
}

NetworkSpec default_network(Family family, std::int64_t depth) {
  NetworkSpec spec;
  spec.family = family;
  spec.depth = depth;
  set_family_defaults(spec);
  return spec;
}

std::vector<SpecError> errors(const NetworkSpec& spec) {
  std::vector<SpecError> found;
  if (!depth_exists(spec)) {
    const auto blocks = is_staged(spec) ? " of " + layout_of(spec.block).name + " blocks" : "";
    found.push_back({"depth", "no " + std::string(facts_of(spec.family).title) + " network" +
                                  blocks + " has " + std::to_string(spec.depth) +
                                  " layers; possible: " + possible_depths(spec)});
  }
  if (spec.family == Family::highway && spec.connection != Connection::highway)
    found.push_back({"connection",
                     "the highway family is of highway connections, expected "
                     "'highway'"});
  if (spec.family == Family::wide && spec.connection != Connection::residual)
    found.push_back({"connection", "the wide family is residual, expected 'residual'"});
  return found;
}

std::int64_t default_image_size(const NetworkSpec& spec) {
  const bool small = spec.family == Family::imagenet && spec.stem == Stem::conv3x3;
  return small ? facts_of(Family::cifar).image_size : facts_of(spec.family).image_size;
}

std::int64_t smallest_image_size(Family family) { return facts_of(family).smallest_image_size; }

bool is_staged(const NetworkSpec& spec) { return has_stages(spec.family); }

std::int64_t last_stage_size(const NetworkSpec& spec, std::int64_t size) {
  auto halvings = static_cast<std::int64_t>(blocks_per_stage(spec).size()) - 1;
  if (spec.family == Family::imagenet && spec.stem == Stem::conv7x7) halvings += 2;
  for (; halvings > 0; --halvings) size = (size + 1) / 2;
  return size;
}

}  // namespace reslab
