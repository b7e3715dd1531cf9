#include "app/config/key_names.h"

#include <algorithm>

#include "app/config/settings_reader.h"
#include "reslab/base/setting.h"
#include "reslab/base/text.h"
#include "reslab/data/options.h"
#include "reslab/model/network_spec.h"
#include "reslab/train/recipe.h"

namespace reslab::app {
namespace {

/// A setting and the names that other programs use for it. Names are in lower case and without
/// '_' and '-'.
struct OtherNames {
  const char* pointer;
  const char* names;  // separated by spaces
  const char* remark = "";
};

constexpr OtherNames kKeys[] = {
    {"/name", "title id experiment experimentname runname exp"},
    {"/why", "description comment note notes purpose"},
    {"/extends", "base inherit inherits parent include includes basedon"},
    {"/networks", "model models arch archs architecture architectures backbone net nets"},
    {"/seeds", "seed randomseed manualseed randomstate", " (a list)"},
    {"/expect", "claims claim expectations expectation assert expected"},
    {"/export", "exports format formats"},
    {"/data", "dataset datasets datamodule"},
    {"/recipe", "training trainer train hyperparameters hparams config"},

    {"/recipe/iterations",
     "iters iter maxiters maxiter niter numiters maxiterations numiterations steps maxsteps "
     "numsteps trainsteps totalsteps maxtrainsteps"},
    {"/recipe/epochs",
     "epoch maxepochs maxepoch numepochs nepochs nepoch trainepochs numtrainepochs totalepochs"},
    {"/recipe/batch",
     "batchsize bs trainbatchsize perdevicetrainbatchsize minibatch minibatchsize bsz"},
    {"/recipe/parts",
     "microbatch microbatchsize microbatches numparts accumulategradbatches "
     "gradientaccumulationsteps gradaccumsteps accumsteps",
     " (the number of parts of a batch)"},
    {"/recipe/init", "pretrained checkpoint weights initialcheckpoint loadfrom finetune resume"},
    {"/recipe/precision", "amp fp16 bf16 dtype mixedprecision half ampdtype"},
    {"/recipe/optimizer", "opt optim optimizername optimizertype"},
    {"/recipe/optimizer/weight_decay", "wd l2 l2reg weightdecayrate"},
    {"/recipe/optimizer/betas", "beta1 beta2 optbetas adambetas", " (a list of two)"},
    {"/recipe/optimizer/eps", "epsilon opteps adameps"},
    {"/recipe/learning_rate", "lr baselr initlr initiallr learnrate rate eta stepsize"},
    {"/recipe/learning_rate/start", "lr baselr initlr initiallr learningrate"},
    {"/recipe/learning_rate/peak", "maxlr peaklr"},
    {"/recipe/learning_rate/end", "minlr etamin finallr endlr"},
    {"/recipe/learning_rate/schedule",
     "scheduler lrscheduler sched lrschedule lrpolicy lrschedulertype policy decayschedule"},
    {"/recipe/learning_rate/at",
     "milestones decayepochs decaysteps lrsteps boundaries decaymilestones lrdecaysteps steps",
     " (in iterations unless \"unit\" is \"epochs\")"},
    {"/recipe/learning_rate/divide_by", "gamma decayrate lrdecay lrgamma lrdecayrate factor",
     " (10 for a factor of 0.1)"},
    {"/recipe/learning_rate/linear_warmup",
     "warmup warmupepochs warmupsteps warmupiters warmupiterations warmupepoch numwarmupsteps "
     "lrwarmupepochs warmupratio lrwarmup",
     " ({\"iterations\": …})"},
    {"/recipe/learning_rate/linear_warmup/iterations", "epochs steps"},
    {"/recipe/learning_rate/linear_warmup/start_factor", "warmuplr warmupfactor warmupstartlr"},
    {"/recipe/label_smoothing", "smoothing labelsmoothingfactor"},
    {"/recipe/mixup_alpha", "mixup"},
    {"/recipe/clip_grad_norm",
     "clipgrad gradclip gradientclipval maxgradnorm clipnorm gradclipnorm gradnormclip"},
    {"/recipe/ema/decay", "emadecay modelemadecay"},
    {"/recipe/ema", "modelema useema averagemodel"},
    {"/recipe/batch_norm/momentum", "bnmomentum"},
    {"/recipe/batch_norm/eps", "bneps"},
    {"/recipe/evaluate_every",
     "evalevery evalinterval evalsteps valcheckinterval checkvaleverynepoch testevery evalfreq "
     "valinterval valevery testinterval validateevery evaluationinterval",
     " (in iterations)"},
    {"/recipe/record_every",
     "logevery loginterval logeverynsteps loggingsteps printfreq logfreq logsteps printevery "
     "recordinterval",
     " (in iterations)"},

    {"/data/name", "dataset kind type"},
    {"/data/root", "dir datadir dataroot datapath path folder location directory"},
    {"/data/validation",
     "val valsplit validationsplit valsize validsize validationsize numval holdout valid nval "
     "validationimages",
     " (a number of images)"},
    {"/data/train", "trainsize ntrain numtrain numtrainsamples maxtrainsamples subset trainimages",
     " (a number of images)"},
    {"/data/test", "testsize ntest numtest testimages", " (a number of images)"},
    {"/data/size", "imagesize imgsize inputsize resolution cropsize crop"},
    {"/data/short_side", "resize resizesize"},
    {"/data/normalize", "normalization normalise mean std"},
    {"/data/augment", "transforms transform augmentation augmentations dataaugmentation aug"},
    {"/data/augment/pad", "randomcrop padding croppadding"},
    {"/data/augment/flip", "hflip horizontalflip randomhorizontalflip randomflip mirror"},
    {"/data/augment/color_jitter", "jitter"},
    {"/data/test_crops", "tta tencrop crops"},

    {"/network/classes", "numclasses nclasses nclass nbclasses numlabels"},
    {"/network/depth", "layers nlayers numlayers"},
    {"/network/in_channels", "inchans channels inputchannels"},
    {"/network/width", "widen widenfactor widthmultiplier widthfactor k"},
    {"/network/connection", "skip residual shortcuts type"},
    {"/network/dropout", "droprate dropoutrate"},
    {"/network/survival", "droppath droppathrate stochasticdepth survivalprob"},
    {"/network/initialization", "init weightinit initializer"},
    {"/network/batch_norm", "bn batchnorm usebn"},
};

/// Options of the command line that people look for in the file.
constexpr OtherNames kOptions[] = {
    {"--device", "device devices gpu gpus accelerator cuda"},
    {"--threads", "threads numthreads nthreads numworkers workers"},
    {"--out", "out output outdir outputdir savedir logdir resultsdir"},
};

/// Choices of settings and the words that other programs use for them.
constexpr OtherNames kWords[] = {
    {"bfloat16", "bf16 bf16mixed amp mixed fp16 float16 half 16mixed"},
    {"float32", "fp32 full float single 32true"},
    {"steps", "step steplr multistep multisteplr piecewise multistepdecay"},
    {"cosine", "cos cosineannealing cosineannealinglr cosinedecay coslr"},
    {"one-cycle", "onecyclelr 1cycle superconvergence"},
    {"plateau", "reducelronplateau"},
    {"constant", "const fixed none constantlr"},
    {"adamw", "adam"},
    {"sgd", "momentum nesterov msgd"},
    {"class-balanced", "balanced weighted weightedrandomsampler"},
    {"shuffle", "random randomsampler"},
    {"per-channel", "meanstd standard standardize"},
    {"folder", "imagefolder imagenet images"},
    {"torchscript", "jit pt script"},
    {"residual", "resnet skip"},
    {"test_error", "testaccuracy testacc accuracy acc acc1 top1 error", " (in percent)"},
    {"train_error", "trainaccuracy trainacc", " (in percent)"},
    {"validation_error", "valaccuracy valacc valerror validationaccuracy", " (in percent)"},
    {"test_loss", "loss"},
    {"validation_loss", "valloss"},
};

/// The word in lower case and without '_' and '-', so that "batchSize" equals "batch_size".
std::string plain(std::string_view word) {
  std::string letters;
  for (const char letter : word) {
    if (letter == '_' || letter == '-') continue;
    const bool upper = letter >= 'A' && letter <= 'Z';
    letters += upper ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return letters;
}

bool has_name(const OtherNames& entry, const std::string& name) {
  const std::string names = " " + std::string(entry.names) + " ";
  return !name.empty() && names.find(" " + name + " ") != std::string::npos;
}

std::string last_key(std::string_view pointer) {
  return std::string(pointer.substr(pointer.rfind('/') + 1));
}

/// The pointers of the settings that have this name.
std::vector<std::string> places_of(std::string_view key) {
  std::vector<std::string> places;
  const auto add = [&](const std::string& pointer, const Setting& setting) {
    if (plain(setting.name) == plain(key) && std::ranges::find(places, pointer) == places.end())
      places.push_back(pointer);
  };
  visit_settings(recipe_settings().list(), "/recipe", add);
  visit_settings(data_settings().list(), "/data", add);
  visit_settings(network_settings().list(), "/network", add);
  return places;
}

std::vector<const OtherNames*> entries_of(std::string_view key) {
  std::vector<const OtherNames*> entries;
  const auto name = plain(key);
  for (const auto& entry : kKeys)
    if (has_name(entry, name)) entries.push_back(&entry);
  return entries;
}

std::string did_you_mean(const std::string& what, const std::string& remark = "") {
  return ", did you mean " + in_quotes(what) + remark + "?";
}

}  // namespace

std::string key_hint(std::string_view key, const std::vector<std::string>& known) {
  const auto at_this_place = [&known](const std::string& name) {
    return std::ranges::find(known, name) != known.end();
  };
  const auto entries = entries_of(key);
  for (const auto* entry : entries)
    if (const auto name = last_key(entry->pointer); at_this_place(name))
      return did_you_mean(name, entry->remark);
  if (const auto near = nearest(key, known)) return did_you_mean(*near);
  constexpr std::size_t kMostPlaces = 3;  // a hint with more places does not help
  if (const auto places = places_of(key); !places.empty() && places.size() <= kMostPlaces)
    return "; it belongs at " + joined(places, " or ", in_quotes);
  if (!entries.empty()) return did_you_mean(entries.front()->pointer, entries.front()->remark);
  for (const auto& option : kOptions)
    if (has_name(option, plain(key)))
      return "; it is the option " + std::string(option.pointer) + " of the command";
  return suggestion(key, known);
}

std::string word_hint(std::string_view word, const std::vector<std::string>& choices) {
  for (const auto& entry : kWords)
    if (has_name(entry, plain(word)) && std::ranges::find(choices, entry.pointer) != choices.end())
      return did_you_mean(entry.pointer, entry.remark);
  return "";
}

std::vector<std::string> pointers_of(std::string_view key) {
  auto pointers = places_of(key);
  for (const auto* entry : entries_of(key))
    if (std::ranges::find(pointers, entry->pointer) == pointers.end())
      pointers.emplace_back(entry->pointer);
  return pointers;
}

std::vector<std::string> hinted_pointers() {
  std::vector<std::string> pointers;
  for (const auto& entry : kKeys) pointers.emplace_back(entry.pointer);
  return pointers;
}

}  // namespace reslab::app
