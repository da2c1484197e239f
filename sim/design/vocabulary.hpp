// The words of the language, each with what it stands for. The parser reads these tables from left
// to right (and offers their words after a misspelling), the printer from right to left.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

#include "sim/design/syntax.hpp"

namespace interleak::design {

template <typename Value>
struct Word {
  std::string_view text;
  Value value;
};

inline constexpr Word<Scope> scope_words[] = {
    {"op", Scope::op}, {"conn", Scope::conn}, {"socket", Scope::socket}, {"pool", Scope::pool}};

/// Statements that are one word.
inline constexpr Word<Statement::Kind> plain_words[] = {
    {"pass", Statement::Kind::pass},     {"return", Statement::Kind::return_}, {"take", Statement::Kind::take},
    {"put", Statement::Kind::put},       {"close", Statement::Kind::close},    {"renew", Statement::Kind::renew},
    {"follow", Statement::Kind::follow}, {"forget", Statement::Kind::forget},  {"yield", Statement::Kind::yield}};

/// Statements that are one word and a queue.
inline constexpr Word<Statement::Kind> queue_words[] = {
    {"join", Statement::Kind::join}, {"leave", Statement::Kind::leave}, {"wake", Statement::Kind::wake}};

/// Statements that are one word and a store; `keep` has `in` between.
inline constexpr Word<Statement::Kind> store_words[] = {
    {"keep", Statement::Kind::keep}, {"serve", Statement::Kind::serve}, {"drop", Statement::Kind::drop}};

/// What stands behind a store where it is declared; in JSON, with `one`, its value.
inline constexpr Word<Places> place_words[] = {
    {"one", Places::one}, {"by key", Places::by_key}, {"by name", Places::by_name}};

/// What stands behind `await`; `send` and `turn` have a further word.
inline constexpr Word<Statement::Kind> await_words[] = {
    {"resolve", Statement::Kind::await_resolve},   {"poll", Statement::Kind::await_poll},
    {"task", Statement::Kind::await_task},         {"connect", Statement::Kind::await_connect},
    {"send", Statement::Kind::await_send_request}, {"receive", Statement::Kind::await_receive},
    {"discard", Statement::Kind::await_discard},   {"turn", Statement::Kind::await_turn},
    {"child", Statement::Kind::await_child},       {"close", Statement::Kind::await_close},
    {"pause", Statement::Kind::await_pause}};

inline constexpr Word<Statement::Kind> send_words[] = {{"request", Statement::Kind::await_send_request},
                                                       {"handshake", Statement::Kind::await_send_handshake}};

inline constexpr Word<Statement::Kind> hand_words[] = {{"reply", Statement::Kind::hand_reply},
                                                       {"conn", Statement::Kind::hand_conn}};

inline constexpr Word<Statement::Kind> assignment_words[] = {
    {"=", Statement::Kind::assign}, {"+=", Statement::Kind::add}, {"-=", Statement::Kind::subtract}};

inline constexpr Word<Statement::Count> count_words[] = {{"commands", Statement::Count::commands},
                                                         {"handshake", Statement::Count::handshake}};

inline constexpr Word<Exception> raise_words[] = {{"error", Exception::error}, {"rejected", Exception::rejected}};

inline constexpr Word<Exception> except_words[] = {{"cancelled", Exception::cancelled}, {"error", Exception::error}};

inline constexpr Word<Expression::Kind> fact_words[] = {{"always", Expression::Kind::always},
                                                        {"available", Expression::Kind::available},
                                                        {"connected", Expression::Kind::connected},
                                                        {"readable", Expression::Kind::readable},
                                                        {"polled", Expression::Kind::polled},
                                                        {"redirected", Expression::Kind::redirected},
                                                        {"mine", Expression::Kind::mine},
                                                        {"woken", Expression::Kind::woken},
                                                        {"waiting", Expression::Kind::waiting},
                                                        {"has", Expression::Kind::has},
                                                        {"got", Expression::Kind::got},
                                                        {"saw", Expression::Kind::saw}};

inline constexpr Word<Expression::Comparison> comparison_words[] = {
    {"==", Expression::Comparison::equal},  {"!=", Expression::Comparison::unequal},
    {"<", Expression::Comparison::less},    {"<=", Expression::Comparison::less_equal},
    {">", Expression::Comparison::greater}, {">=", Expression::Comparison::greater_equal}};

/// The entry with this text, or nullptr.
template <typename Table>
constexpr auto find_word(const Table& table, std::string_view text) -> decltype(std::data(table)) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const auto& word) { return word.text == text; });
  return found == std::end(table) ? nullptr : &*found;
}

/// The text that stands for a value, or an empty one.
template <typename Value, std::size_t Size>
constexpr std::string_view text_of(const Word<Value> (&table)[Size], Value value) {
  for (const Word<Value>& word : table) {
    if (word.value == value) return word.text;
  }
  return {};
}

}  // namespace interleak::design
