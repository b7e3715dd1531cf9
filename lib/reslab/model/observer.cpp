#include "reslab/model/observer.h"

#include <utility>

namespace reslab {
namespace {

thread_local Observer* current_observer = nullptr;

}  // namespace

ObserverScope::ObserverScope(Observer& observer)
    : outer_(std::exchange(current_observer, &observer)) {}

ObserverScope::~ObserverScope() { current_observer = outer_; }

void show_response(const torch::nn::Module& norm, const std::function<at::Tensor()>& y) {
  if (current_observer != nullptr) current_observer->response(norm, y);
}

void show_gate(const torch::nn::Module& gate, const at::Tensor& t) {
  if (current_observer != nullptr) current_observer->gate(gate, t);
}

void show_implementation(const torch::nn::Module& layer, const Implementation& implementation) {
  if (current_observer != nullptr) current_observer->implementation(layer, implementation);
}

}  // namespace reslab
