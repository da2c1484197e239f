#include "tests/oracle/tree.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

namespace interleak::oracle {
namespace {

constexpr auto kClauses = std::to_array<std::string_view>({"elif ", "else:", "except ", "finally:", "on drop:"});

bool starts_with(const std::string& text, std::string_view word) { return text.compare(0, word.size(), word) == 0; }

/// The head of a clause that belongs to the statement before it.
bool continues(const TreeLine& line) {
  return std::any_of(kClauses.begin(), kClauses.end(),
                     [&](std::string_view word) { return starts_with(line.text, word); });
}

/// Lines from `at` on that are one statement.
std::size_t length_of_statement(const Tree& tree, std::size_t at) {
  std::size_t end = at + 1;
  while (end < tree.size() && continues(tree[end])) ++end;
  return end - at;
}

/// The line from `first` on, without the comment at its end.
std::string statement_of(const std::string& line, std::size_t first) {
  bool quoted = false;
  std::size_t end = first;
  while (end < line.size() && (quoted || line[end] != '#')) quoted ^= line[end++] == '"';
  while (line[end - 1] == ' ') --end;
  return line.substr(first, end - first);
}

Tree read(const Lines& lines, std::size_t& at, std::size_t indent) {
  Tree tree;
  while (at < lines.size()) {
    const std::size_t first = lines[at].find_first_not_of(' ');
    if (first == std::string::npos || lines[at][first] == '#') {
      ++at;
    } else if (first < indent) {
      break;
    } else if (first > indent) {
      tree.back().block = read(lines, at, first);
    } else {
      tree.push_back({statement_of(lines[at], first), {}});
      ++at;
    }
  }
  return tree;
}

void write(const Tree& tree, const std::string& indent, Lines& lines) {
  for (const TreeLine& line : tree) {
    lines.push_back(indent + line.text);
    write(line.block, indent + "    ", lines);
  }
}

using Visit = std::function<void(Tree&)>;

/// Each block of the tree, the outer before the inner.
void each_block(Tree& tree, const Visit& visit) {
  visit(tree);
  for (TreeLine& line : tree) {
    if (!line.block.empty()) each_block(line.block, visit);
  }
}

/// A random block of the tree.
Tree& any_block(Tree& tree, Random& random) {
  std::vector<Tree*> blocks;
  each_block(tree, [&](Tree& block) { blocks.push_back(&block); });
  return *random.pick(blocks);
}

/// The first line of a random statement of the block.
std::size_t any_statement(const Tree& block, Random& random) {
  std::size_t at = static_cast<std::size_t>(random.below(static_cast<int>(block.size())));
  while (at > 0 && continues(block[at])) --at;
  return at;
}

Tree cut(Tree& block, std::size_t at, std::size_t count) {
  const auto begin = block.begin() + static_cast<long>(at), end = begin + static_cast<long>(count);
  Tree taken(std::make_move_iterator(begin), std::make_move_iterator(end));
  block.erase(begin, end);
  return taken;
}

void put_in(Tree& block, std::size_t at, const Tree& lines) {
  block.insert(block.begin() + static_cast<long>(at), lines.begin(), lines.end());
}

/// The statement inside a new `try`, `if` or loop.
Tree wrapped(const Tree& statement, Random& random) {
  const Tree clean = {{"close", {}}, {"raise", {}}};
  switch (random.below(6)) {
    case 0: return {{"try:", statement}, {"except cancelled | error:", clean}};
    case 1: return {{"try:", statement}, {"except error:", {{"close", {}}}}};
    case 2: return {{"try:", statement}, {"finally:", {{random.one_in(2) ? "close" : "await pause", {}}}}};
    case 3: return {{"try:", statement}, {"on drop:", {{random.one_in(2) ? "close" : "put", {}}}}};
    case 4: return {{"loop 2 times:", statement}};
    default: return {{random.one_in(2) ? "if connected:" : "if not available:", statement}};
  }
}

void change_head(TreeLine& line, Random& random) {
  if (starts_with(line.text, "except")) {
    line.text = random.pick<std::string>({"except cancelled:", "except error:", "except cancelled | error:"});
  } else if (starts_with(line.text, "if ")) {
    line.text = random.one_in(2) ? "if not (" + line.text.substr(3, line.text.size() - 4) + "):" : "if always:";
  }
}

void mutate_at(Tree& block, std::size_t at, const Lines& fresh, Random& random) {
  const std::size_t length = length_of_statement(block, at);
  switch (random.below(9)) {
    case 0:
      if (block.size() > length) cut(block, at, length);
      return;
    case 1: return put_in(block, at, {{random.pick(fresh), {}}});
    case 2: return put_in(block, at + length, {{random.pick(fresh), {}}});
    case 3: {
      const Tree copy(block.begin() + static_cast<long>(at), block.begin() + static_cast<long>(at + length));
      return put_in(block, at + length, copy);
    }
    case 4: {  // one statement further down
      if (at + length == block.size()) return;
      const std::size_t next = length_of_statement(block, at + length);
      const Tree moved = cut(block, at, length);
      return put_in(block, at + next, moved);
    }
    case 5: return put_in(block, at, wrapped(cut(block, at, length), random));
    case 6:
      if (block[at].block.empty()) block[at].text = random.pick(fresh);
      else change_head(block[at], random);
      return;
    case 7: {  // what is in it, without its head
      if (block[at].block.empty()) return;
      const Tree inner = block[at].block;
      cut(block, at, length);
      return put_in(block, at, inner);
    }
    default: {
      if (length == 1) return;
      const std::size_t clause = at + 1 + static_cast<std::size_t>(random.below(static_cast<int>(length) - 1));
      if (length > 2 && random.one_in(2)) cut(block, clause, 1);
      else change_head(block[clause], random);
    }
  }
}

}  // namespace

Tree tree_of(const Lines& lines) {
  std::size_t at = 0;
  return read(lines, at, 0);
}

Lines lines_of(const Tree& tree) {
  Lines lines;
  write(tree, "", lines);
  return lines;
}

Lines lines_of(const design::Procedure& procedure) {
  Lines lines;
  for (const design::ListingLine& line : procedure.lines) lines.push_back(line.text);
  return lines;
}

Tree mutated(const Tree& tree, const Lines& fresh, Random& random) {
  Tree changed = tree;
  Tree& block = any_block(changed, random);
  mutate_at(block, any_statement(block, random), fresh, random);
  return changed;
}

std::vector<Tree> smaller(const Tree& tree) {
  std::vector<Tree> list;
  // A copy of the tree, with `change` done to the block that is the `number`-th from the outside.
  const auto with = [&](std::size_t number, const Visit& change) {
    Tree copy = tree;
    std::size_t at = 0;
    Tree* found = nullptr;
    each_block(copy, [&](Tree& block) {
      if (at++ == number) found = &block;
    });
    change(*found);
    list.push_back(std::move(copy));
  };
  Tree copy = tree;
  std::size_t number = 0;
  each_block(copy, [&](Tree& block) {
    for (std::size_t at = 0; at < block.size(); at += length_of_statement(block, at)) {
      const std::size_t length = length_of_statement(block, at);
      if (block.size() > length) with(number, [&](Tree& b) { cut(b, at, length); });
      for (std::size_t line = at; line < at + length; ++line) {
        if (block[line].block.empty()) continue;
        with(number, [&](Tree& b) {
          const Tree inner = b[line].block;
          cut(b, at, length);
          put_in(b, at, inner);
        });
        if (line > at) with(number, [&](Tree& b) { cut(b, line, 1); });
      }
    }
    ++number;
  });
  return list;
}

}  // namespace interleak::oracle
