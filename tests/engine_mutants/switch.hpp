// What the guards of the mutants call: every one asks whether its number is the one in INTERLEAK_MUTANT. They are
// functions of values, so they fit around any expression; an operator gets one more operand between its two,
// which needs no knowledge of where they begin and end: a < less(7) < b.
#pragma once

#include <cstdint>
#include <type_traits>

namespace mutant {

/// Numbers are below this.
inline constexpr std::uint32_t kNumbers = 1u << 18;

namespace detail {
extern const std::uint32_t active;            // 0: none
// Which guards were ever asked.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): guards stand in functions that get nothing else
extern unsigned char reached[kNumbers];
}  // namespace detail

inline bool on(std::uint32_t number) {
  // Threads only ever write the same; looked at first, so that they do not fight for the line.
  if (__atomic_load_n(&detail::reached[number], __ATOMIC_RELAXED) == 0) {
    __atomic_store_n(&detail::reached[number], 1, __ATOMIC_RELAXED);
  }
  return detail::active == number;
}

/// A condition, or its contrary.
template <class T>
bool flip(std::uint32_t number, const T& value) {
  return on(number) != static_cast<bool>(value);
}
template <class T>
bool never(std::uint32_t number, const T& value) {
  return !on(number) && static_cast<bool>(value);
}
template <class T>
bool always(std::uint32_t number, const T& value) {
  return on(number) || static_cast<bool>(value);
}

template <class T>
T more(std::uint32_t number, T value) {
  return on(number) ? static_cast<T>(value + 1) : value;
}
template <class T>
T fewer(std::uint32_t number, T value) {
  return on(number) ? static_cast<T>(value - 1) : value;
}
template <class T>
T other(std::uint32_t number, T value, T instead) {
  return on(number) ? instead : value;
}

// `!x` is `negation(7)->*x`: no operator with two operands binds closer.
struct negation {
  std::uint32_t number;
};
template <class T>
bool operator->*(negation its, const T& value) {
  return on(its.number) == static_cast<bool>(value);
}

/// Where the two results have types of their own (Boost.Multiprecision postpones the work), both become a number:
/// that of the results, not that of an operand, which may be a small one, or work that is postponed itself.
template <class Was, class Becomes>
struct result {};
template <class Same>
struct result<Same, Same> {
  using type = Same;
};
template <class Was, class Becomes>
  requires(!std::is_same_v<Was, Becomes> && std::is_same_v<typename Was::result_type, typename Becomes::result_type>)
struct result<Was, Becomes> {
  using type = typename Was::result_type;
};

// One pair of operators each: the first takes the left operand, the second does the work.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): an operator is no argument of a template
#define INTERLEAK_MUTANT_OPERATOR(name, was, becomes)                                                \
  struct name {                                                                                      \
    std::uint32_t number;                                                                            \
  };                                                                                                 \
  template <class A>                                                                                 \
  struct name##_left {                                                                               \
    const A& left;                                                                                   \
    std::uint32_t number;                                                                            \
  };                                                                                                 \
  template <class A>                                                                                 \
  name##_left<A> operator was(const A& left, name its) {                                             \
    return {left, its.number};                                                                       \
  }                                                                                                  \
  template <class A, class B>                                                                        \
  auto operator was(name##_left<A> its, const B& right) {                                            \
    using R = typename result<decltype(its.left was right), decltype(its.left becomes right)>::type; \
    return on(its.number) ? R(its.left becomes right) : R(its.left was right);                       \
  }
INTERLEAK_MUTANT_OPERATOR(less, <, <=)
INTERLEAK_MUTANT_OPERATOR(less_equal, <=, <)
INTERLEAK_MUTANT_OPERATOR(greater, >, >=)
INTERLEAK_MUTANT_OPERATOR(greater_equal, >=, >)
INTERLEAK_MUTANT_OPERATOR(equal, ==, !=)
INTERLEAK_MUTANT_OPERATOR(unequal, !=, ==)
INTERLEAK_MUTANT_OPERATOR(plus, +, -)
INTERLEAK_MUTANT_OPERATOR(minus, -, +)
INTERLEAK_MUTANT_OPERATOR(bit_and, &, |)
INTERLEAK_MUTANT_OPERATOR(bit_or, |, &)
#undef INTERLEAK_MUTANT_OPERATOR

}  // namespace mutant
