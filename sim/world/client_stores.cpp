// What a pool keeps of values, for operations that come later.
#include "sim/world/client.hpp"

namespace interleak::world {

using design::Op;

/// The place that a statement of this frame means: that of the key of the push that it took last; else that of the
/// first key of its operation. Null: it has none.
Value* Client::store(int index) {
  KeyId key = kNoKey;
  if (frame().about != 0) key = static_cast<KeyId>(frame().about - 1);
  else if (!frame().detached) key = world_.key_of(op(), 0);
  const auto place = world_.place_in_store(node(), static_cast<std::size_t>(index), key);
  return place ? &state_.stores[*place] : nullptr;
}

void Client::use_store(const design::Instruction& i) {
  Value* place = store(i.a);
  Value& value = frame().value;
  if (place != nullptr) {
    switch (i.op) {
      case Op::keep:
        if (!value.empty()) tell(Act::keeps, 0, value.back());
        *place = value;
        break;
      case Op::serve:
        if (!place->empty()) tell(Act::serves, 0, place->back());
        for (const Label& each : *place) {
          if (!value.full()) value.push_back(each);
        }
        break;
      default:
        if (!place->empty()) tell(Act::drops, 0, place->back());
        place->clear();
    }
  }
  next();
}

}  // namespace interleak::world
