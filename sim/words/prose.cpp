// See prose.hpp.
#include "sim/words/prose.hpp"

namespace interleak::words {

Prose Prose::name(int task, std::string name) {
  Prose out(std::move(name));
  if (!out.text_.empty()) out.names_.push_back({0, out.text_.size(), task});
  return out;
}

Prose& Prose::operator+=(std::string_view plain) {
  text_ += plain;
  return *this;
}

Prose& Prose::operator+=(const Prose& more) {
  const std::size_t before = text_.size(), count = more.names_.size();   // `more` may be this one
  text_ += more.text_;
  for (std::size_t i = 0; i < count; ++i) {
    Name name = more.names_[i];
    name.at += before;
    names_.push_back(name);
  }
  return *this;
}

std::vector<Prose::Piece> Prose::pieces() const {
  const std::string_view all = text_;
  std::vector<Piece> out;
  std::size_t at = 0;
  for (const Name& name : names_) {
    if (name.at > at) out.push_back({all.substr(at, name.at - at), -1});
    out.push_back({all.substr(name.at, name.length), name.task});
    at = name.at + name.length;
  }
  if (at < all.size()) out.push_back({all.substr(at), -1});
  return out;
}

Prose joined(const std::vector<Prose>& all, std::string_view between) {
  Prose out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) out += between;
    out += all[i];
  }
  return out;
}

}  // namespace interleak::words
