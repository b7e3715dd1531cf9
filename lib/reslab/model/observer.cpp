#include "reslab/model/observer.h"

#include <utility>

namespace reslab {
namespace {

thread_local Observer* observer = nullptr;

}  // namespace

void Observer::implementation(const torch::nn::Module&, const Implementation&) {}

ObserverScope::ObserverScope(Observer& inner) : outer_(std::exchange(observer, &inner)) {}

ObserverScope::~ObserverScope() { observer = outer_; }

void show_response(const torch::nn::Module& norm, const std::function<at::Tensor()>& y) {
  if (observer != nullptr) observer->response(norm, y);
}

void show_gate(const torch::nn::Module& gate, const at::Tensor& t) {
  if (observer != nullptr) observer->gate(gate, t);
}

void show_implementation(const torch::nn::Module& layer, const Implementation& implementation) {
  if (observer != nullptr) observer->implementation(layer, implementation);
}

}  // namespace reslab
