#include "reslab/model/trace.h"

#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/torch.h>

namespace reslab {
namespace {

torch::jit::Module mirror(const torch::nn::Module& module, const std::string& type_name,
                          const std::shared_ptr<torch::jit::CompilationUnit>& unit) {
  torch::jit::Module copy(c10::QualifiedName(type_name), unit);
  // Python's `m.training` and `m.eval()` need this attribute.
  copy.register_attribute("training", c10::BoolType::get(), false);
  for (const auto& entry : module.named_parameters(false))
    copy.register_parameter(entry.key(), entry.value(), false);
  for (const auto& entry : module.named_buffers(false))
    copy.register_buffer(entry.key(), entry.value());
  for (const auto& child : module.named_children())
    copy.register_module(child.key(), mirror(*child.value(), type_name + '_' + child.key(), unit));
  return copy;
}

}  // namespace

torch::jit::Module trace(torch::nn::Module& module,
                         const std::function<at::Tensor(const at::Tensor&)>& forward,
                         const at::Tensor& example) {
  const torch::NoGradGuard no_grad;
  const bool was_training = module.is_training();
  module.eval();
  auto unit = std::make_shared<torch::jit::CompilationUnit>();
  auto mirrored = mirror(module, "__torch__.reslab.Network", unit);

  const auto run = [&forward](torch::jit::Stack inputs) -> torch::jit::Stack {
    return {forward(inputs.front().toTensor())};
  };
  const auto name_of = [](const at::Tensor&) { return std::string(); };
  const auto traced =
      torch::jit::tracer::trace({example}, run, name_of, true, false, &mirrored, {"input"});
  module.train(was_training);

  const auto type = mirrored.type();
  auto* function =
      unit->create_function(c10::QualifiedName(*type->name(), "forward"), traced.first->graph);
  type->addMethod(function);
  return mirrored;
}

}  // namespace reslab
