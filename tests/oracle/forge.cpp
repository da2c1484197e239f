// Taking apart and putting together, then one function for each way to forge.
#include "tests/oracle/forge.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "sim/certify/sha256.hpp"

namespace interleak::oracle {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kDigest = 32;
constexpr std::uint64_t kNowhere = std::numeric_limits<std::uint64_t>::max();

std::uint64_t take_number(std::string_view& rest) {
  std::uint64_t number = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return number;
  }
}

void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

/// What it has in common with the state before is not repeated, if `shortest`: so the program writes it.
void put_state(std::string& out, const Bytes& before, const Bytes& state, bool shortest) {
  const std::size_t most = shortest ? std::min(before.size(), state.size()) : 0;
  std::size_t front = 0, back = 0;
  while (front < most && before[front] == state[front]) ++front;
  while (back < most - front && before[before.size() - 1 - back] == state[state.size() - 1 - back]) ++back;
  const std::size_t between = state.size() - front - back;
  put_number(out, front);
  put_number(out, back);
  put_number(out, between);
  out.append(reinterpret_cast<const char*>(state.data()) + front, between);
}

std::string& value_of(Parts& parts, std::string_view name) {
  return std::find_if(parts.head.begin(), parts.head.end(), [&](const Parts::Line& line) { return line.first == name; })
      ->second;
}

void set_invariants(Parts& parts, const std::vector<std::string>& names) {
  const auto is_invariant = [](const Parts::Line& line) { return line.first == "invariant"; };
  const auto place = std::find_if(parts.head.begin(), parts.head.end(), is_invariant) - parts.head.begin();
  std::erase_if(parts.head, is_invariant);
  std::vector<Parts::Line> lines;
  for (const std::string& name : names) lines.emplace_back("invariant", name);
  parts.head.insert(parts.head.begin() + place, lines.begin(), lines.end());
}

/// What becomes of an event that leads to a state that is not there any more.
enum class Missing : std::uint8_t { leads_to_next, leads_to_last, is_left_out };

/// Only the states for which `kept` is true, under new numbers.
void keep_only(Parts& parts, const std::vector<bool>& kept, Missing missing) {
  std::vector<std::uint64_t> number(parts.states.size(), kNowhere);
  std::uint64_t count = 0;
  for (std::size_t s = 0; s < kept.size(); ++s) number[s] = kept[s] ? count++ : kNowhere;
  std::vector<Listed> states;
  for (std::size_t s = 0; s < kept.size(); ++s) {
    if (!kept[s]) continue;
    Listed& listed = states.emplace_back(parts.states[s]);
    for (std::uint64_t& target : listed.targets) {
      const bool there = target < number.size() && number[target] != kNowhere;
      target = there                               ? number[target]
               : missing == Missing::is_left_out   ? kNowhere
               : missing == Missing::leads_to_next ? number[s] + 1
                                                   : count - 1;
    }
    std::erase(listed.targets, kNowhere);
  }
  parts.states = std::move(states);
  mend_counts(parts);
}

/// Which states can be reached from `first` by the targets of the list.
std::vector<bool> reachable(const Parts& parts, std::size_t first) {
  std::vector<bool> seen(parts.states.size());
  std::vector<std::size_t> next = {first};
  while (!next.empty()) {
    const std::size_t at = next.back();
    next.pop_back();
    if (at >= seen.size() || seen[at]) continue;
    seen[at] = true;
    next.insert(next.end(), parts.states[at].targets.begin(), parts.states[at].targets.end());
  }
  return seen;
}

/// The states in another order: `order[i]` is the old number of the new state i.
void renumber(Parts& parts, const std::vector<std::size_t>& order) {
  std::vector<std::uint64_t> number(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) number[order[i]] = i;
  std::vector<Listed> states;
  for (const std::size_t old : order) {
    Listed& listed = states.emplace_back(parts.states[old]);
    for (std::uint64_t& target : listed.targets) {
      if (target < number.size()) target = number[target];
    }
  }
  parts.states = std::move(states);
}

std::size_t end_of_head(const std::string& bytes) {
  const std::size_t end = bytes.find("\n\n");
  return end == std::string::npos ? bytes.size() : end + 2;
}

}  // namespace

Parts take_apart(std::string_view certificate) {
  Parts parts;
  for (;;) {
    const std::string_view line = certificate.substr(0, certificate.find('\n'));
    certificate.remove_prefix(line.size() + 1);
    if (line.empty()) break;
    const std::size_t space = line.find(' ');
    parts.head.emplace_back(line.substr(0, space), line.substr(space + 1));
  }
  Bytes before;
  while (certificate.size() > kDigest) {
    const std::uint64_t front = take_number(certificate), back = take_number(certificate),
                        between = take_number(certificate);
    Bytes state(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(front));
    state.insert(state.end(), certificate.begin(), certificate.begin() + static_cast<std::ptrdiff_t>(between));
    state.insert(state.end(), before.end() - static_cast<std::ptrdiff_t>(back), before.end());
    certificate.remove_prefix(between);
    before = state;
    Listed listed{std::move(state), std::vector<std::uint64_t>(take_number(certificate))};
    for (std::uint64_t& target : listed.targets) target = parts.states.size() + take_number(certificate);
    parts.states.push_back(std::move(listed));
  }
  return parts;
}

std::string put_together(const Parts& parts) {
  std::string out;
  for (const auto& [name, value] : parts.head) out += name + " " + value + "\n";
  out += "\n";
  Bytes before;
  for (std::size_t s = 0; s < parts.states.size(); ++s) {
    const auto& [state, targets] = parts.states[s];
    put_state(out, before, state, s != parts.written_whole);
    put_number(out, targets.size());
    for (const std::uint64_t target : targets) put_number(out, target - s);  // modulo 2^64
    before = state;
  }
  return with_digest(out + parts.behind);
}

std::string with_digest(std::string text) {
  const certify::Digest digest = certify::sha256(text);
  return text.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

std::vector<std::string> values_of(const Parts& parts, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [each, value] : parts.head) {
    if (each == name) values.push_back(value);
  }
  return values;
}

void mend_counts(Parts& parts) {
  std::size_t transitions = 0;
  for (const Listed& listed : parts.states) transitions += listed.targets.size();
  value_of(parts, "states") = std::to_string(parts.states.size());
  value_of(parts, "transitions") = std::to_string(transitions);
}

Forgery Forger::forge(std::size_t kind) {
  const Subject& subject = any(subjects_);
  Forgery forgery;
  forgery.about = forgery.against = &subject;
  Parts parts = subject.honest;
  claim(parts, subject);
  if (kForgeries[kind] == "mixes") {
    for (std::uint64_t left = 2 + below(2); left > 0; --left) change(below(kind - 1), forgery, parts);
  } else {
    change(kind, forgery, parts);
  }
  forgery.claims = values_of(parts, "invariant");
  const bool bytes = kForgeries[kind] == "bytes" || (kForgeries[kind] == "mixes" && one_in(4));
  if (bytes && one_in(6)) parts.written_whole = below(parts.states.size());
  forgery.bytes = put_together(parts);
  if (bytes && parts.written_whole == kNoListed) {
    forgery.bytes = written_otherwise(std::move(forgery.bytes));
  }
  return forgery;
}

void Forger::change(std::size_t kind, Forgery& forgery, Parts& parts) {
  const std::string_view name = kForgeries[kind];
  if (name == "claims") claim(parts, *forgery.about);
  if (name == "drops") drop(parts);
  if (name == "prunes") prune(parts, *forgery.about);
  if (name == "cuts") cut(parts);
  if (name == "doubles") duplicate(parts);
  if (name == "edits") edit(parts);
  if (name == "orders") reorder(parts);
  if (name == "starts") start_elsewhere(parts);
  if (name == "weaker") weaken(parts, *forgery.about);
  if (name == "others") take_from_another(forgery, parts);
}

/// Three of four times something that does not hold; now and then nothing, or what nobody knows.
void Forger::claim(Parts& parts, const Subject& subject) {
  static const std::vector<std::string> kUnknown = {"", "no-harm", "no-leak ", "NO-LEAK", "all"};
  std::vector<std::string> names;
  for (const std::string& name : subject.holds) {
    if (one_in(2)) names.push_back(name);
  }
  if (!one_in(4) && !subject.violated.empty()) {
    if (one_in(3)) {
      names.insert(names.end(), subject.violated.begin(), subject.violated.end());
    } else {
      names.push_back(any(subject.violated));
    }
  }
  if (names.empty()) names.push_back(any(subject.holds));
  if (one_in(40)) names.push_back(any(kUnknown));
  if (one_in(40)) names.clear();
  set_invariants(parts, names);
}

void Forger::drop(Parts& parts) {
  if (parts.states.empty()) return;
  if (one_in(3)) return drop_events(parts);
  std::vector<bool> kept(parts.states.size(), true);
  const std::uint64_t one_of = one_in(2) ? parts.states.size() : 2 + below(8);
  for (std::size_t s = 0; s < kept.size(); ++s) kept[s] = !one_in(one_of);
  kept[below(kept.size())] = false;
  keep_only(parts, kept, static_cast<Missing>(below(3)));
}

/// One event of a state, or all; of one state or of many.
void Forger::drop_events(Parts& parts) {
  for (std::uint64_t left = one_in(2) ? 1 : below(parts.states.size() + 1); left > 0; --left) {
    auto& targets = any(parts.states).targets;
    if (targets.empty()) continue;
    const auto one = static_cast<std::ptrdiff_t>(below(targets.size()));
    if (one_in(4)) targets.clear();
    else targets.erase(targets.begin() + one);
  }
  if (!one_in(8)) mend_counts(parts);
}

/// What is left looks as if nothing bad could happen.
void Forger::prune(Parts& parts, const Subject& subject) {
  std::vector<bool> kept(parts.states.size(), true);
  const bool first = one_in(4);  // else the initial state stays
  for (const std::uint32_t guilty : subject.guilty) {
    if (guilty < kept.size() && (first || guilty > 0)) kept[guilty] = false;
  }
  keep_only(parts, kept, static_cast<Missing>(below(3)));
  if (parts.states.empty() || one_in(3)) return;
  keep_only(parts, reachable(parts, 0), static_cast<Missing>(below(3)));
}

void Forger::cut(Parts& parts) {
  const std::uint64_t sizes[] = {0, 1, 2, below(parts.states.size() + 1)};
  std::vector<bool> kept(parts.states.size());
  std::fill_n(kept.begin(), std::min<std::size_t>(sizes[below(4)], kept.size()), true);
  Parts whole = parts;
  keep_only(parts, kept, static_cast<Missing>(below(3)));
  if (one_in(3)) {  // its numbers are those of the whole
    for (const char* number : {"states", "transitions"}) value_of(parts, number) = value_of(whole, number);
  }
  if (one_in(4)) {  // and what it has no place for
    for (std::size_t s = 0; s < parts.states.size(); ++s) parts.states[s].targets = whole.states[s].targets;
  }
}

void Forger::duplicate(Parts& parts) {
  const std::uint64_t what = below(4);
  if (what == 0 || parts.states.empty()) {
    const std::size_t line = below(parts.head.size());
    parts.head.insert(parts.head.begin() + static_cast<std::ptrdiff_t>(line), parts.head[line]);
  } else if (what == 1) {
    auto& targets = any(parts.states).targets;
    if (!targets.empty()) targets.insert(targets.begin(), any(targets));
    mend_counts(parts);
  } else {
    duplicate_state(parts);
  }
}

/// A second listing of a state behind the first, to which some events lead instead.
void Forger::duplicate_state(Parts& parts) {
  const std::uint64_t twice = below(parts.states.size());
  const bool used = !one_in(4);
  for (std::size_t s = 0; s < parts.states.size(); ++s) {
    for (std::uint64_t& target : parts.states[s].targets) {
      if (target > twice || (target == twice && used && one_in(2))) ++target;
    }
  }
  parts.states.insert(parts.states.begin() + static_cast<std::ptrdiff_t>(twice), parts.states[twice]);
  mend_counts(parts);
}

void Forger::edit(Parts& parts) {
  static constexpr std::array<const char*, 5> kNumbers = {"states", "transitions", "semantics", "states",
                                                          "transitions"};
  const std::uint64_t what = below(4);
  if (what == 0) {
    static const std::vector<std::string> kValues = {
        "0", "1", "2", "18446744073709551615", "18446744073709551616", "-1", "01", "9223372036854775808"};
    std::string& number = value_of(parts, any(kNumbers));
    const std::uint64_t near = parts.states.size() + below(3) - 1;
    number = one_in(2) ? any(kValues) : std::to_string(near);
  } else if (parts.states.empty()) {
    parts.behind = std::string(below(8), '\0');
  } else if (what == 1) {
    auto& targets = any(parts.states).targets;
    if (targets.empty()) return edit_state(parts);
    std::uint64_t& target = any(targets);
    const std::uint64_t others[] = {target + 1,          target - 1, 0,
                                    parts.states.size(), kNowhere,   below(parts.states.size())};
    target = others[below(6)];
  } else {
    edit_state(parts);
  }
}

void Forger::edit_state(Parts& parts) {
  auto& state = any(parts.states).state;
  const std::uint64_t what = below(4);
  if (what == 0 || state.empty()) {
    state = any(parts.states).state;
  } else if (what == 1) {
    state.resize(below(2) == 0 ? state.size() + 1 : state.size() - 1);
  } else {
    for (std::uint64_t left = 1 + below(3); left > 0; --left) {
      any(state) ^= static_cast<std::uint8_t>(1u << below(8));
    }
  }
}

void Forger::reorder(Parts& parts) {
  const std::uint64_t what = below(5);
  if (what == 0 || parts.states.size() < 2) {
    auto names = values_of(parts, "invariant");
    if (!names.empty()) std::swap(any(names), any(names));
    if (!names.empty() && !one_in(3)) return set_invariants(parts, names);
    std::swap(any(parts.head), any(parts.head));
  } else if (what == 1) {
    auto& targets = any(parts.states).targets;
    if (targets.size() > 1) std::swap(any(targets), any(targets));
  } else if (what == 2) {
    std::swap(any(parts.states), any(parts.states));  // the numbers of the targets stay
  } else if (what == 3) {
    std::vector<std::size_t> order(parts.states.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::swap(any(order), any(order));
    renumber(parts, order);
  } else {
    sort_otherwise(parts);
  }
}

/// Another order in which every event leads further: as good as the first, if the list is a true one.
void Forger::sort_otherwise(Parts& parts) {
  const std::size_t size = parts.states.size();
  std::vector<std::size_t> before(size), order, ready = {0};
  for (const Listed& listed : parts.states) {
    for (const std::uint64_t target : listed.targets) {
      if (target < size) ++before[target];
    }
  }
  while (!ready.empty()) {
    const auto next = ready.begin() + static_cast<std::ptrdiff_t>(below(ready.size()));
    order.push_back(*next);
    ready.erase(next);
    for (const std::uint64_t target : parts.states[order.back()].targets) {
      if (target < size && --before[target] == 0) ready.push_back(target);
    }
  }
  if (order.size() == size) renumber(parts, order);
}

void Forger::start_elsewhere(Parts& parts) {
  if (parts.states.size() < 2) return;
  const std::vector<std::uint8_t> initial = parts.states[0].state;
  const std::uint64_t first = 1 + below(parts.states.size() - 1);
  keep_only(parts, reachable(parts, first), static_cast<Missing>(below(3)));
  if (one_in(3) && !parts.states.empty()) parts.states[0].state = initial;
}

void Forger::weaken(Parts& parts, const Subject& subject) {
  if (subject.weaker.empty()) return;
  const Parts& weaker = any(subject.weaker);
  if (one_in(8)) {
    const auto claims = values_of(parts, "invariant");
    parts.head = weaker.head;
    set_invariants(parts, claims);
  }
  parts.states = weaker.states;
  mend_counts(parts);
  if (one_in(8)) claim(parts, subject);
  if (one_in(2)) patch(parts, subject);
}

/// What shows at once is set right: the initial state, the cancels that are left, how many events there are.
void Forger::patch(Parts& parts, const Subject& subject) {
  std::map<std::vector<std::uint8_t>, std::size_t> events;
  for (const Listed& listed : subject.honest.states) events[listed.state] = listed.targets.size();
  const auto& initial = subject.honest.states.front().state;
  const bool same_budget = one_in(2);
  for (Listed& listed : parts.states) {
    if (same_budget && !listed.state.empty()) listed.state[0] = initial[0];
    if (&listed == &parts.states.front()) listed.state = initial;
    const auto known = events.find(listed.state);
    if (known == events.end() || one_in(16)) continue;
    while (listed.targets.size() < known->second) {
      const auto here = static_cast<std::uint64_t>(&listed - parts.states.data());
      listed.targets.push_back(listed.targets.empty() ? here + 1 : any(listed.targets));
    }
    listed.targets.resize(known->second);
  }
  mend_counts(parts);
}

void Forger::take_from_another(Forgery& forgery, Parts& parts) {
  static constexpr std::array<const char*, 8> kFields = {"scenario",  "variant",   "design",    "subject",
                                                         "remembers", "reduction", "semantics", "word"};
  const Subject& other = any(subjects_);
  const std::uint64_t what = below(6);
  if (what == 0) {  // its list
    parts.states = other.honest.states;
    mend_counts(parts);
  } else if (what == 1 || what == 2) {  // its head, for that world or for this one
    const auto states = parts.states;
    parts = other.honest;
    parts.states = states;
    mend_counts(parts);
    claim(parts, other);
    forgery.about = &other;
    if (what == 1) forgery.against = &other;
  } else if (what == 3) {  // all of it
    forgery.about = &other;
    parts = other.honest;
    claim(parts, other);
  } else if (what == 4) {  // half of its list
    const std::size_t half = std::min(parts.states.size(), other.honest.states.size()) / 2;
    parts.states.resize(half);
    parts.states.insert(parts.states.end(), other.honest.states.begin() + static_cast<std::ptrdiff_t>(half),
                        other.honest.states.end());
    mend_counts(parts);
  } else if (one_in(9)) {
    value_of(parts, "interleak") = "certificate 2";
  } else {
    const char* field = any(kFields);
    const std::string theirs = values_of(other.honest, field).at(0);
    std::string& ours = value_of(parts, field);
    ours = ours != theirs ? theirs : one_in(2) ? "2" : ours == "nothing" ? "cancels" : "nothing";
  }
}

/// Changes the bytes behind the head.
std::string Forger::written_otherwise(std::string bytes) {
  bytes.resize(bytes.size() - kDigest);
  const std::size_t body = end_of_head(bytes);
  const std::size_t at = body + below(bytes.size() - body);
  const std::uint64_t what = below(6);
  if (what == 0 || at >= bytes.size()) {
    bytes += one_in(2) ? std::string(1 + below(40), '\0') : bytes.substr(body);
  } else if (what == 1) {
    bytes.resize(at);
  } else if (what == 2) {  // a number with a byte too many, or with 2^64 too much
    if ((bytes[at] & 0x80) != 0) return with_digest(bytes.insert(at, 1, '\0'));
    const std::string more = one_in(2) ? std::string(1, '\0') : std::string(8, '\x80') + '\2';
    bytes[at] = static_cast<char>(bytes[at] | 0x80);
    bytes.insert(at + 1, more);
  } else if (what == 3) {
    bytes.erase(at, 1 + below(8));
  } else if (what == 4) {
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1u << below(8)));
  } else {  // the first state as if there were one before it to have something in common with
    bytes[body + below(2)] = static_cast<char>(1 + below(3));
  }
  return with_digest(bytes);
}

}  // namespace interleak::oracle
