#include "sim/check/numbers.hpp"

#include <boost/multiprecision/cpp_dec_float.hpp>

#include "sim/check/folding.hpp"
#include "sim/terms/names.hpp"

namespace interleak::check {
namespace {

using explore::BigInt;
using explore::Filter;
using world::Outcome;

class Numberer {
 public:
  Numberer(const world::World& world, const explore::Graph& graph, const explore::Order& order,
           const world::Symmetry* folded_by, const Allowance& allowance)
      : world_(world), folded_by_(folded_by), graph_(graph), order_(order), allowance_(allowance),
        uniform_(graph, order, allowance),
        rate_(
            graph, order, [&](Event event) { return world.is_fault(event); }, allowance) {}

  Numbers run() {
    const Chance all = chance({});
    outcomes();
    findings(all);
    sums(all.rate);
    adversary();
    numbers_.operations = static_cast<int>(world_.operations().size());
    return std::move(numbers_);
  }

 private:
  Chance chance(const Filter& filter) const {
    return {uniform_.probability(filter), rate_.possible() ? rate_.probability(filter) : RatePolynomial{}};
  }

  void outcomes() {
    const auto present = explore::classes_of(graph_);
    Chance below;
    for (std::uint8_t c = 0; c < world::kOutcomes; ++c) {
      if (!present[c]) continue;
      const Chance up_to = chance({.worst = c});
      Chance each = up_to;
      each.uniform -= below.uniform;
      each.rate -= below.rate;
      if (each.uniform != 0 || !each.rate.terms.empty()) {
        numbers_.by_outcome[std::string(world::kOutcomeNames[c])] = std::move(each);
      }
      below = up_to;
    }
  }

  void findings(const Chance& all) {
    Facts present = 0;
    for (const Facts facts : graph_.facts) present |= facts;
    for (const explore::End& end : graph_.end) present |= end.facts;
    for (const auto& finding : world::kPoolFindings) {
      if ((present & finding.fact) == 0) continue;
      const Chance never = chance({.never = finding.fact});
      Chance each = all;
      each.uniform -= never.uniform;
      each.rate -= never.rate;
      if (each.uniform != 0) numbers_.by_finding[std::string(finding.name)] = std::move(each);
    }
  }

  void sums(const RatePolynomial& all) {
    const auto most = static_cast<std::uint32_t>(world_.scenario().cancel.max);
    if (most > 0) numbers_.budget_spent = all.with_faults(most);
    for (const auto& [powers, c] : all.terms) {
      if (powers.first > 0) numbers_.cancels.add(powers, c * powers.first);
    }
  }

  void adversary() {
    for (int c = world::kOutcomes - 1; c > static_cast<int>(Outcome::error); --c) {
      const std::string name(world::kOutcomeNames[static_cast<std::size_t>(c)]);
      if (numbers_.by_outcome.count(name) == 0) continue;
      numbers_.adversary_outcome = name;
      const Facts facts = static_cast<Outcome>(c) == Outcome::starved ? world::fact::kStarved
                                                                      : world::fact::outcome(static_cast<Outcome>(c));
      const explore::Adversary game(
          graph_, order_, facts, [&](Event event) { return world_.is_fault(event); }, allowance_);
      if (!game.possible()) return;
      for (int k = 0; k <= world_.scenario().cancel.max; ++k) {
        numbers_.adversary.push_back(played(game, static_cast<std::uint32_t>(k), facts));
      }
      return;
    }
  }

  explore::AdversaryValue played(const explore::Adversary& game, std::uint32_t most, Facts facts) const {
    explore::AdversaryValue value = game.value(most);
    const auto likely = [&](const explore::Edge& edge) {
      return value.likely[static_cast<std::size_t>(&edge - graph_.edges.data())];
    };
    value.schedule = folded_by_ == nullptr ? explore::follow(world_, explore::NoFolding{}, graph_, likely, facts)
                                           : explore::follow(world_, TaskFolding{*folded_by_}, graph_, likely, facts);
    value.likely = {};
    return value;
  }

  const world::World& world_;
  const world::Symmetry* const folded_by_;
  const explore::Graph& graph_;
  const explore::Order& order_;
  const Allowance& allowance_;
  const explore::Uniform uniform_;
  const explore::Rate rate_;
  Numbers numbers_;
};

std::string with_point(const BigInt& digits, int decimals) {
  std::string text = digits.str();
  if (decimals == 0) return text;
  const auto places = static_cast<std::size_t>(decimals);
  if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
  text.insert(text.size() - places, ".");
  return text;
}

/// Half away from zero.
BigInt rounded(const Rational& number) {
  const BigInt n = boost::multiprecision::numerator(number), d = boost::multiprecision::denominator(number);
  return BigInt((2 * n + d) / (2 * d));
}

std::optional<Rational> parse_decimal(std::string_view text) {
  BigInt digits = 0, scale = 1;
  bool point = false, any = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    any = true;
    digits = digits * 10 + (c - '0');
    if (point) scale *= 10;
  }
  if (!any || text.size() > 40) return std::nullopt;
  return Rational(digits, scale);
}

}  // namespace

Numbers numbers_of(const world::World& world, const explore::Graph& graph, const explore::Order& order,
                   const world::Symmetry* folded_by, const Allowance& allowance) {
  return Numberer(world, graph, order, folded_by, allowance).run();
}

std::optional<std::uint64_t> runs_for_95_percent(const Rational& probability) {
  using Float = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<80>>;
  constexpr std::uint64_t kMost = 1'000'000'000'000'000'000;
  if (probability <= 0) return std::nullopt;
  if (probability >= 1) return 1;
  // In software, to 80 digits: the same on every machine.
  const Float p =
      Float(boost::multiprecision::numerator(probability)) / Float(boost::multiprecision::denominator(probability));
  const Float runs = ceil(log(Float(1) / 20) / log(Float(1) - p));
  if (!(runs < Float(kMost))) return kMost;
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(runs));
}

std::string percent(const Rational& probability) {
  if (probability == 0) return "0 %";
  if (probability == 1) return "100 %";
  int decimals = 0;
  Rational scaled = probability * 100;
  for (; decimals < 60 && scaled < 100; ++decimals) scaled *= 10;
  BigInt digits = rounded(scaled);
  // What rounds to nothing or to all is neither.
  if (probability < 1 && digits >= pow(BigInt(10), static_cast<unsigned>(decimals + 2))) return ">99.9 %";
  if (digits == 0) return "<1e-58 %";
  if (decimals > 9) {   // too many zeros to read
    const std::string text = digits.str();
    return text.substr(0, 1) + "." + text.substr(1, 2) + "e-" + std::to_string(decimals - 2) + " %";
  }
  return with_point(digits, decimals) + " %";
}

std::optional<Rational> parse_probability(std::string_view text) {
  bool hundredths = false;
  if (!text.empty() && text.back() == '%') {
    hundredths = true;
    text.remove_suffix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  }
  std::optional<Rational> value;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto over = parse_decimal(text.substr(0, slash)), under = parse_decimal(text.substr(slash + 1));
    if (!over || !under || *under == 0) return std::nullopt;
    value = *over / *under;
  } else {
    value = parse_decimal(text);
  }
  if (value && hundredths) *value /= 100;
  if (!value || *value > 1) return std::nullopt;
  return value;
}

}  // namespace interleak::check
