#include "reslab/model/network_spec.h"

#include "reslab/model/depths.h"

namespace reslab {
namespace {

constexpr std::int64_t kAlexnetDepth = 8;
constexpr std::int64_t kHighwayDepth = 19;

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
  spec.block =
      bottlenecks_by_default(family, spec.depth) ? BlockKind::bottleneck : BlockKind::basic;
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

/// The setting, with `then` run after every change of its value.
Setting followed_by(Setting setting, std::function<void()> then) {
  setting.set = [set = std::move(setting.set), then = std::move(then)](const SettingValue& value) {
    set(value);
    then();
  };
  return setting;
}

Setting used_if(bool used, std::string reason, Setting setting) {
  if (!used) setting.unused = std::move(reason);
  return setting;
}

Settings layout_settings(NetworkSpec& spec) {
  const bool staged = has_stages(spec.family);
  return {
      used_if(
          !is_plain(spec.family), "AlexNet and VGG are plain",
          choice("connection", "how F(x) meets x: F(x), F(x) + S(x), or gated T·F(x) + (1−T)·S(x)",
                 spec.connection,
                 {{"plain", Connection::plain},
                  {"residual", Connection::residual},
                  {"highway", Connection::highway}})),
      followed_by(used_if(spec.family != Family::alexnet, "AlexNet has 8 layers",
                          integer("depth", "weighted layers, as the paper counts", spec.depth, 1,
                                  kDeepest)),
                  [&spec] { set_depth_defaults(spec); }),
      followed_by(choice("family",
                         "stem, stages and head: ResNets for 32×32 (cifar) or 224×224 images "
                         "(imagenet), Wide ResNets, and the ancestors",
                         spec.family,
                         {{"cifar", Family::cifar},
                          {"imagenet", Family::imagenet},
                          {"wide", Family::wide},
                          {"highway", Family::highway},
                          {"vgg", Family::vgg},
                          {"alexnet", Family::alexnet}}),
                  [&spec] { set_family_defaults(spec); }),
      followed_by(
          used_if(staged && spec.family != Family::wide, "only CIFAR and ImageNet networks have it",
                  choice("block", "two 3×3 convolutions, or 1×1, 3×3, 1×1", spec.block,
                         {{"basic", BlockKind::basic}, {"bottleneck", BlockKind::bottleneck}})),
          [&spec] { set_block_defaults(spec); }),
      used_if(staged && spec.block == BlockKind::bottleneck,
              "a basic block has one place for the stride",
              choice("stride_in", "which convolution of a bottleneck carries the stride",
                     spec.stride_in, {{"1x1", StrideIn::conv1x1}, {"3x3", StrideIn::conv3x3}})),
      used_if(spec.family == Family::cifar || spec.family == Family::wide,
              "only CIFAR and wide networks have it",
              integer("width", "times the family's channels", spec.width, 1, 64)),
  };
}

Settings connection_settings(NetworkSpec& spec) {
  const bool staged = has_stages(spec.family);
  const bool residual = staged && spec.connection == Connection::residual;
  const bool gated = spec.connection == Connection::highway;
  const auto of_residual = [residual](Setting setting) {
    return used_if(residual, "only residual blocks have it", std::move(setting));
  };
  const auto of_gate = [gated](bool also, Setting setting) {
    return used_if(gated && also,
                   gated ? "the highway family has one kind" : "only a highway network has gates",
                   std::move(setting));
  };
  return {
      of_residual(choice("activation", "where a block has its ReLUs and BatchNorms",
                         spec.activation,
                         {{"original", Activation::original},
                          {"bn-after-addition", Activation::bn_after_addition},
                          {"relu-before-addition", Activation::relu_before_addition},
                          {"relu-only-pre-activation", Activation::relu_only_pre_activation},
                          {"full-pre-activation", Activation::full_pre_activation}})),
      used_if(staged && spec.connection != Connection::plain,
              staged ? "a plain network has no shortcut" : "only an identity fits this family",
              choice("shortcut",
                     "A zero-padded identity, B projection where the shape changes, C projection "
                     "everywhere",
                     spec.shortcut, {{"A", Shortcut::A}, {"B", Shortcut::B}, {"C", Shortcut::C}})),
      used_if(staged && spec.connection != Connection::plain && spec.shortcut == Shortcut::A,
              "only shortcut A pads with zeros",
              choice("padding", "where shortcut A puts its zero channels", spec.padding,
                     {{"end", Padding::end}, {"both", Padding::both}})),
      of_residual(number("residual_scale", "times F(x)", spec.residual_scale, 1e-3, 10)),
      of_residual(number("shortcut_scale", "times S(x); to have none is connection plain",
                         spec.shortcut_scale, 1e-3, 10)),
      of_residual(number("shortcut_dropout", "share of S(x)'s values that a training step drops",
                         spec.shortcut_dropout, 0, 0.99)),
      of_residual(number("survival",
                         "stochastic depth: how likely the last block's F is in a training step; "
                         "falls linearly from 1 over the blocks",
                         spec.survival, 0.01, 1)),
      of_gate(staged,
              choice("gating", "what a gate closes: F by T and S by 1−T, or S alone", spec.gating,
                     {{"exclusive", Gating::exclusive}, {"shortcut-only", Gating::shortcut_only}})),
      of_gate(true, choice("gate", "the convolution of a gate", spec.gate,
                           {{"1x1", GateKind::conv1x1}, {"3x3", GateKind::conv3x3}})),
      of_gate(true, number("gate_bias", "of a gate at the start; negative: carry x at first",
                           spec.gate_bias, -100, 100)),
  };
}

Settings layer_settings(NetworkSpec& spec) {
  return {
      integer("classes", "outputs; the data set's own number unless given", spec.classes, 1, 1e6),
      integer("in_channels", "channels of the images", spec.in_channels, 1, 1024),
      used_if(!has_stages(spec.family), "only the highway family, VGG and AlexNet have it",
              number("dropout", "before the layers that the family's authors chose", spec.dropout,
                     0, 0.99)),
      used_if(spec.family != Family::alexnet, "AlexNet has none",
              flag("batch_norm", "BatchNorm after every convolution; without, a bias",
                   spec.batch_norm)),
      choice("initialization", "of the weights: He's, Glorot's, or normal with sigma",
             spec.initialization,
             {{"he", Initialization::he},
              {"xavier", Initialization::xavier},
              {"normal", Initialization::normal}}),
      used_if(
          spec.initialization == Initialization::normal, "only the normal initialization has it",
          number("sigma", "standard deviation of the weights at the start", spec.sigma, 1e-9, 10)),
  };
}

std::string family_title(Family family) {
  switch (family) {
    case Family::cifar:
      return "CIFAR";
    case Family::imagenet:
      return "ImageNet";
    case Family::wide:
      return "Wide ResNet";
    case Family::highway:
      return "highway";
    case Family::vgg:
      return "VGG";
    case Family::alexnet:
      return "AlexNet";
  }
  return "";
}

}  // namespace

Settings settings(NetworkSpec& spec) {
  auto all = layout_settings(spec);
  for (auto& setting : connection_settings(spec)) all.push_back(std::move(setting));
  for (auto& setting : layer_settings(spec)) all.push_back(std::move(setting));
  return all;
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

std::vector<SpecProblem> problems(const NetworkSpec& spec) {
  std::vector<SpecProblem> found;
  if (!depth_exists(spec)) {
    const std::string blocks = !has_stages(spec.family)         ? ""
                               : spec.block == BlockKind::basic ? " of basic blocks"
                                                                : " of bottleneck blocks";
    found.push_back({"depth", "no " + family_title(spec.family) + " network" + blocks + " has " +
                                  std::to_string(spec.depth) +
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

std::int64_t default_image_size(Family family) {
  return family == Family::imagenet || is_plain(family) ? 224 : 32;
}

std::int64_t smallest_image_size(Family family) {
  switch (family) {
    case Family::alexnet:
      return 63;
    case Family::vgg:
      return 32;
    case Family::highway:
      return 4;
    case Family::cifar:
    case Family::wide:
    case Family::imagenet:
      break;
  }
  return 1;
}

}  // namespace reslab
