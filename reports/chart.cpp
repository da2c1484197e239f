// The step table: see chart.hpp. First the widths are decided, then every row is a list of cells,
// each with a tone; cells wrap, and a row is as high as its highest cell.
#include "reports/chart.hpp"

#include <algorithm>

#include "reports/timeline.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

constexpr int kChartIndent = 2, kCountWidth = 3, kChanceWidth = 7, kChartGap = 2;
constexpr int kLeastTask = 13, kMostTask = 34, kLeastNote = 18, kLeastDeed = 10;
constexpr int kNumberOfQueue = 4;   // "c1: "
constexpr int kFewestColumns = 8;   // of the notes, on a terminal narrower than any table

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};
using Row = std::vector<Cell>;

struct Layout {
  std::vector<int> shown;    ///< connections, by index
  int requests = 1, replies = 3;
  bool task_columns = true;  ///< else one column for all actors
  bool connection_columns = true;
  bool queues = true;        ///< else there is no room for them at all
  std::vector<int> widths;
};

class Chart {
 public:
  Chart(const world::World& world, const words::Trace& trace, const Style& style, bool places,
        std::span<const StepMargin> margins)
      : world_(world), trace_(trace), style_(style), places_(places), margins_(margins) {
    for (const StepMargin& margin : margins_) {
      movable_ = movable_ || margin.movable;
      chances_ = chances_ || !margin.chance.empty();
    }
    measure();
    decide();
  }

  std::string draw() const {
    std::string out = line(header());
    for (std::size_t i = 0; i < trace_.steps.size(); ++i) {
      out += line(row(trace_.steps[i], i == 0 ? trace_.start : trace_.steps[i - 1].connections));
    }
    for (const words::FindingView& finding : trace_.end_findings) out += line(end_row(finding));
    const std::string flow = style_.ascii ? "[requests] -> [replies on the wire|in the stream buffer]"
                                          : "[requests] → [replies on the wire|in the stream buffer]";
    const std::string waits = any_held() ? "; in front of a colon what waits at the server" : "";
    const auto text = paragraph("each connection: " + flow + waits, 7, style_.width);
    if (layout_.queues) out += "       " + paint(style_, Tone::dim, text) + "\n";
    return trim_lines(out);
  }

 private:
  bool any_held() const {
    return std::ranges::any_of(trace_.steps, [](const words::StepView& step) {
      return std::ranges::any_of(step.connections, [](const auto& each) { return !each.held.empty(); });
    });
  }

  /// Which connections are ever made, and how long their queues get.
  void measure() {
    const auto look = [&](const std::vector<words::ConnectionView>& connections) {
      for (std::size_t i = 0; i < connections.size(); ++i) {
        const words::ConnectionView& c = connections[i];
        const int index = static_cast<int>(i);
        if (!c.created) continue;
        if (std::find(layout_.shown.begin(), layout_.shown.end(), index) == layout_.shown.end()) {
          layout_.shown.push_back(index);
        }
        layout_.requests = std::max(layout_.requests, static_cast<int>(c.requests.size()));
        const auto replies =
            c.held.size() + (c.held.empty() ? 0 : 1) + c.wire.size() + c.kernel.size() + c.stream.size() + 1;
        layout_.replies = std::max(layout_.replies, static_cast<int>(replies));
      }
    };
    look(trace_.start);
    for (const words::StepView& step : trace_.steps) look(step.connections);
    std::sort(layout_.shown.begin(), layout_.shown.end());
  }

  int queue_width() const {
    const int drawn = layout_.requests + layout_.replies + (style_.ascii ? 8 : 7);
    return std::max(drawn, 10);
  }

  /// Columns that fit: a column for each task and each connection if they have room, else one for all of them;
  /// who takes no part goes before that. The notes get the rest. The queues of the narrowest table go, too.
  void decide() {
    decide_columns();
    if ((!layout_.task_columns || !layout_.connection_columns) && fold()) decide_columns();
    layout_.widths = {kCountWidth + (movable_ ? 1 : 0)};
    if (chances_) layout_.widths.push_back(kChanceWidth);
    const int room = room_for_words();
    if (layout_.task_columns) {
      const int width = std::min((room - kLeastNote) / tasks(), std::min(room / (tasks() + 1), kMostTask + kChartGap));
      layout_.widths.insert(layout_.widths.end(), static_cast<std::size_t>(tasks()), width - kChartGap);
    } else {
      layout_.widths.push_back(actor_width());
      layout_.widths.push_back(std::max((room - actor_width() - 2 * kChartGap) / 2, kLeastDeed));
    }
    for (int i = 0; i < queue_columns(); ++i) {
      layout_.widths.push_back(queue_width() + (layout_.connection_columns ? 0 : kNumberOfQueue));
    }
    int used = kChartIndent;
    for (const int width : layout_.widths) used += width + kChartGap;
    layout_.widths.push_back(std::max(style_.width - used, kFewestColumns));
  }

  void decide_columns() {
    layout_.queues = true;
    layout_.connection_columns = connections() * (queue_width() + kChartGap) <= style_.width / 2;
    const auto task_columns_fit = [&] { return room_for_words() >= tasks() * (kLeastTask + kChartGap) + kLeastNote; };
    layout_.task_columns = task_columns_fit();
    const auto words_fit = [&] {
      return layout_.task_columns || room_for_words() >= actor_width() + kLeastDeed + 2 * kChartGap + kLeastNote;
    };
    if (!words_fit()) layout_.connection_columns = false;
    if (!words_fit()) layout_.queues = false;
  }

  /// Leaves out the connections on which nothing ever happens; false: there are none.
  bool fold() {
    const auto before = layout_.shown.size();
    std::erase_if(layout_.shown, [&](int c) {
      const auto at = [&](const auto& views) { return drawn_at(views, c); };
      return std::all_of(trace_.steps.begin(), trace_.steps.end(),
                         [&](const auto& step) { return at(step.connections) == at(trace_.start); });
    });
    return layout_.shown.size() < before;
  }

  /// What is left beside numbers and queues, gaps behind each column but the last counted.
  int room_for_words() const {
    const int number = kCountWidth + (movable_ ? 1 : 0) + kChartGap;
    const int chance = chances_ ? kChanceWidth + kChartGap : 0;
    const int queue = queue_width() + kChartGap + (layout_.connection_columns ? 0 : kNumberOfQueue);
    return style_.width - kChartIndent - number - chance - queue_columns() * queue;
  }

  int tasks() const { return world_.tasks(); }
  int connections() const { return static_cast<int>(layout_.shown.size()); }
  int queue_columns() const { return !layout_.queues ? 0 : layout_.connection_columns ? connections() : 1; }

  int actor_width() const {
    int width = 7;  // "network"
    for (int t = 0; t < world_.tasks(); ++t) width = std::max(width, display_width(name(t)));
    return std::min(width, 16);
  }

  std::string name(int task) const {
    return tag(task, world_.scenario().tasks[static_cast<std::size_t>(task)].id, style_.ascii);
  }

  Row header() const {
    Row row = {{right_aligned("#", kCountWidth), Tone::strong}};
    if (chances_) row.push_back({right_aligned("P", kChanceWidth), Tone::strong});
    if (layout_.task_columns) {
      for (int t = 0; t < world_.tasks(); ++t) row.push_back({name(t), Tone::strong});
    } else {
      row.push_back({"who", Tone::strong});
      row.push_back({"does", Tone::strong});
    }
    if (layout_.queues && layout_.connection_columns) {
      for (const int c : layout_.shown) {
        row.push_back({"c" + std::to_string(c + 1), Tone::strong});
      }
    } else if (layout_.queues) {
      row.push_back({"connection", Tone::strong});
    }
    row.push_back({"", Tone::plain});
    return row;
  }

  static std::string actor(const words::StepView& step) { return std::string(machine_of(step)); }

  std::string deed_cell(const words::StepView& step) const {
    std::string text = decorated(deed(step, style_.ascii), style_.ascii);
    if (places_ && step.line && !step.cancel) text += " (" + place(*step.line) + ")";
    return text;
  }

  Cell note(const words::StepView& step) const {
    Cell cell;
    const auto add = [&](const std::string& text) { cell.text += (cell.text.empty() ? "" : "; ") + text; };
    const bool has_column = step.task >= 0 || !layout_.task_columns;
    if (!has_column) add(actor(step) + " " + decorated(step.summary, style_.ascii));
    if (step.cancel && step.line) {
      add("at " + step.await + " (" + place(*step.line) + ")" + (step.was_ready ? ", which was ready" : ""));
    }
    for (const Phrase& phrase : results_of(step, style_.ascii)) {
      add(decorated(phrase.text, style_.ascii));
      const bool worse = phrase.tone == Tone::bad || cell.tone == Tone::plain ||
                         (phrase.tone == Tone::warning && cell.tone == Tone::good);
      if (worse) cell.tone = phrase.tone;
    }
    return cell;
  }

  StepMargin margin_of(const words::StepView& step) const {
    const auto at = static_cast<std::size_t>(step.number) - 1;
    return at < margins_.size() ? margins_[at] : StepMargin{};
  }

  Row row(const words::StepView& step, const std::vector<words::ConnectionView>& before) const {
    Row row = {{right_aligned(std::to_string(step.number), kCountWidth), Tone::dim}};
    const StepMargin margin = margin_of(step);
    if (margin.movable) row[0].text += style_.ascii ? "~" : "↕";
    if (chances_) row.push_back({right_aligned(margin.chance, kChanceWidth), Tone::plain});
    const Tone tone = step.cancel ? Tone::warning : Tone::plain;
    if (layout_.task_columns) {
      for (int t = 0; t < world_.tasks(); ++t) {
        row.push_back(t == step.task ? Cell{deed_cell(step), tone} : Cell{style_.ascii ? "." : "·", Tone::dim});
      }
    } else {
      row.push_back({step.task < 0 ? actor(step) : name(step.task), Tone::plain});
      row.push_back({deed_cell(step), tone});
    }
    add_connections(row, step.connections, before);
    row.push_back(note(step));
    if (!margin.mark.empty()) {
      const std::string mark = (style_.ascii ? "<- " : "◄ ") + margin.mark;
      row.back().text += (row.back().text.empty() ? "" : "; ") + mark;
    }
    return row;
  }

  void add_connections(Row& row, const std::vector<words::ConnectionView>& now,
                       const std::vector<words::ConnectionView>& before) const {
    if (!layout_.queues) return;
    std::string changed;
    for (const int c : layout_.shown) {
      if (layout_.connection_columns) {
        row.push_back({drawn_at(now, c), Tone::plain});
      } else if (drawn_at(now, c) != drawn_at(before, c)) {
        changed += (changed.empty() ? "" : " ") + ("c" + std::to_string(c + 1) + ": ") + drawn_at(now, c);
      }
    }
    if (!layout_.connection_columns) row.push_back({changed, Tone::plain});
  }

  std::string drawn_at(const std::vector<words::ConnectionView>& views, int connection) const {
    return queues(views[static_cast<std::size_t>(connection)], layout_.requests, layout_.replies, style_.ascii);
  }

  Row end_row(const words::FindingView& finding) const {
    Row row(layout_.widths.size());
    row[0] = {"end", Tone::dim};
    row.back() = {decorated(finding.told(), style_.ascii), Tone::warning};
    return row;
  }

  /// A cell of queues is never broken: its spaces belong to the picture.
  std::vector<std::string> lines_of(const Cell& cell, int width) const {
    if (display_width(cell.text) <= width) return {cell.text};
    return wrapped(cell.text, width);
  }

  std::string line(const Row& row) const {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back(lines_of(row[i], layout_.widths[i]));
      height = std::max(height, cells.back().size());
    }
    std::string out;
    for (std::size_t y = 0; y < height; ++y) {
      out.append(kChartIndent, ' ');
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string text = y < cells[i].size() ? cells[i][y] : "";
        const std::string shown = paint(style_, row[i].tone, text);
        const bool last = i + 1 == row.size();
        out += last ? shown : padded(shown, layout_.widths[i] + kChartGap);
      }
      out += '\n';
    }
    return out;
  }

  const world::World& world_;
  const words::Trace& trace_;
  const Style& style_;
  const bool places_;
  const std::span<const StepMargin> margins_;
  bool movable_ = false, chances_ = false;   // some margin says so
  Layout layout_;
};

}  // namespace

std::string chart(const world::World& world, const words::Trace& trace, const Style& style, bool places,
                  std::span<const StepMargin> margins) {
  return Chart(world, trace, style, places, margins).draw();
}

}  // namespace interleak::reports
