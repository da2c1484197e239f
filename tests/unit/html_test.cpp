// The page: well-formed, safe, small enough, the same bytes each time; and what it is made of.
#include "reports/html.hpp"

#include <set>

#include "reports/graph_layout.hpp"
#include "reports/html_text.hpp"
#include "reports/sha256.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::reports {
namespace {

PageAssets assets() {
  PageAssets found;
  for (const auto& file : embedded::page()) {
    (file.path.ends_with(".css") ? found.style : found.script) = file.text;
  }
  return found;
}

std::shared_ptr<const world::World> two_users_under(const std::string& id) {
  const design::Design design = test::shipped(id);
  return std::make_shared<world::World>(test::users(2, 1, 1), design, test::program_of(design), false);
}

HtmlDesign explored(std::shared_ptr<const world::World> world, const std::string& id) {
  HtmlDesign design;
  const auto invariants = test::judged_in(*world);
  design.result.analysis = check::analyse(*world, invariants, {});
  for (const auto& each : design.result.analysis.judgements) {
    design.result.traces.emplace_back();
    if (each.verdict == check::Verdict::violated) design.result.traces.back() = words::trace(*world, each.witness);
  }
  design.result.replay_words = {"two-users", "-d", id};
  design.space = check::state_space(*world, invariants.front().violated_by, {});
  design.result.world = std::move(world);
  return design;
}

/// Tags that are opened are closed, in order; attributes are quoted. Enough for what we write.
std::string wrong_with(std::string_view page) {
  static const std::set<std::string> kVoid = {"meta", "br", "!doctype", "line", "circle", "polyline"};
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string_view::npos; at = page.find('<', at + 1)) {
    const bool closing = page.substr(at + 1, 1) == "/";
    const std::size_t name = at + 1 + (closing ? 1 : 0);
    const std::size_t end = page.find_first_of(" >\n/", name);
    const std::string tag(page.substr(name, end - name));
    if (kVoid.count(tag) != 0) continue;
    if (!closing) {
      open.push_back(tag);
    } else if (open.empty() || open.back() != tag) {
      return "</" + tag + "> at byte " + std::to_string(at) + ", open is " + (open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
    if (!closing && (tag == "script" || tag == "style")) at = page.find("</" + tag, at) - 1;
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

HtmlReport two_users() {
  HtmlReport report;
  for (const char* id : {"redis-py-4.5.1/pool", "redis-py-4.5.5/pool"}) {
    report.designs.push_back(explored(two_users_under(id), id));
  }
  return report;
}

}  // namespace

TEST_CASE("SHA-256 of the standard's examples") {
  CHECK(hex_of(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_of(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_of(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hex_of(sha256(std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK(base64_of(sha256("abc")) == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST_CASE("text in a page means nothing to HTML") {
  CHECK(html_text("<b a='1'>&\"") == "&lt;b a=&#39;1&#39;&gt;&amp;&quot;");
  CHECK(html_text("a\u202e\n\x01") == "a\\u{202e}\\n\\u{1}");
  const std::string json = script_json({{"x", "</script><!--\u2028\u2029&\xff"}});
  CHECK(json == "{\"x\":\"\\u003c/script\\u003e\\u003c!--\\u2028\\u2029\\u0026\ufffd\"}");
}

TEST_CASE("the page is well-formed, small enough, and the same each time") {
  const HtmlReport report = two_users();
  const std::string page = html(report, assets());
  CHECK(wrong_with(page) == "");
  CHECK(html(report, assets()) == page);
  CHECK(assets().style.size() + assets().script.size() <= 120'000);
  CHECK(page.size() <= 400'000);
  CHECK(page.find("http://") == page.find("http://www.w3.org/2000/svg"));
  CHECK(page.find("https://") == std::string::npos);
  CHECK(page.find(" style=\"") == std::string::npos);
  CHECK(assets().script.find("</script") == std::string_view::npos);
  CHECK(assets().style.find("</style") == std::string_view::npos);
  CHECK(page.find("script-src 'sha256-" + base64_of(sha256(assets().script)) + "'") != std::string::npos);
}

TEST_CASE("the page tells who saw whose data, which cancel, at which line, and what prevents it") {
  const std::string page = html(two_users(), assets());
  const std::string story =
      page.substr(page.find("id=\"short\""), page.find("id=\"explorer\"") - page.find("id=\"short\""));
  CHECK(story.find("▲bob</b> received <b class=\"o0\">●alice</b>&#39;s history") != std::string::npos);
  CHECK(story.find("<b class=\"bad\">cancelled</b> at <code>await receive</code>, line 3 of "
                   "<code>read</code>") != std::string::npos);
  CHECK(story.find("What would have prevented it") != std::string::npos);
  CHECK(story.find("<b>redis-py-4.5.5/pool</b>: at <a class=\"step\" href=\"#step-2\">step 2</a>") !=
        std::string::npos);
}

namespace {

/// Between two marks of a page, "" if the first is not there.
std::string between(const std::string& page, const std::string& from, const std::string& to) {
  const std::size_t at = page.find(from);
  return at == std::string::npos ? "" : page.substr(at, page.find(to, at) - at);
}

HtmlReport report_of(const std::vector<std::string>& ids) {
  HtmlReport report;
  for (const std::string& id : ids) report.designs.push_back(explored(two_users_under(id), id));
  return report;
}

std::string cures(const std::string& page) { return between(page, "What would have prevented it", "id=\"explorer\""); }

}  // namespace

TEST_CASE("of the designs that hold, the nearest one that breaks nothing else is named") {
  const std::string leaks = "redis-py-4.5.1/pool", near = "redis-py-4.5.5/pool", far = "redis-py-4.3.4/pool",
                    zombie = "redis-py-4.5.4/pool";
  for (const auto& ids : {std::vector{far, leaks, zombie, near}, std::vector{near, leaks, zombie, far}}) {
    const std::string page = html(report_of(ids), assets());
    const std::string cure = cures(page);
    CHECK(cure.find("<li><b>" + near + "</b>: at ") != std::string::npos);
    CHECK(cure.find("<li><b>") == cure.rfind("<li><b>"));
    CHECK(cure.find(far + "</a>, ") != std::string::npos);
    CHECK(cure.find(zombie + "</a> (but not <code>no-zombie</code>)") != std::string::npos);
    CHECK(between(page, "id=\"difference\"", "</section>").find("to <code>" + near + "</code>") != std::string::npos);
  }
  const std::string only = html(report_of({leaks, zombie}), assets());
  CHECK(cures(only).find("It does not keep every invariant: <code>no-zombie</code>.") != std::string::npos);
  CHECK(html(report_of({leaks}), assets()).find("id=\"difference\"") == std::string::npos);
}

TEST_CASE("of designs that are as good, the later one is named") {
  const HtmlReport report = report_of({"redis-py-4.5.1/pool", "redis-py-4.5.5/pool", "redis-py-4.5.5/pool"});
  CHECK(html(report, assets()).find("\"mended\":2") != std::string::npos);
}

TEST_CASE("a page that would be too large holds less, and says so") {
  HtmlReport report = two_users();
  const std::string whole = html(report, assets());
  report.max_bytes = whole.size() - 1;
  const std::string near = html(report, assets());
  CHECK(near.size() < whole.size());
  CHECK(near.find(std::string(rung_words(Rung::near))) != std::string::npos);
  report.max_bytes = near.size() - 1;
  const std::string path = html(report, assets());
  CHECK(path.find(std::string(rung_words(Rung::path))) != std::string::npos);
  report.max_bytes = 1;
  const std::string least = html(report, assets());
  CHECK(least.find(std::string(rung_words(Rung::none))) != std::string::npos);
  CHECK(least.find("✗ CANCELLED, returns c1") != std::string::npos);
}

TEST_CASE("what others work out is shown where it is there") {
  HtmlReport report = two_users();
  const std::string without = html(report, assets());
  CHECK(without.find("id=\"causes\"") == std::string::npos);
  CHECK(without.find("id=\"rate\"") == std::string::npos);
  report.designs[0].extras = Json::parse(R"({
    "numbers": {"scheduler": "uniform", "outcome": "leak", "along": ["1/24", "1/12", "1/2", "1", "1", "1", "1"],
                "runs": "79,900", "rate": {"terms": [{"coefficient": "3/8", "p": 1, "q": 0}]}},
    "causes": [{"cancel": {"design": "d", "procedure": "read", "line": 3, "text": "await receive"},
                "residue": "alice's reply <b>", "read": null, "schedules": "30", "probability": "1/24",
                "witness": "alice !alice"}],
    "why": {"because": [[["alice", 0], " asked <first>."]], "prevented": ["Closing would have."],
            "last_safe_choice": 2, "point_of_no_return": 3, "loose": [5],
            "nearest_safe": {"schedule": "alice srv.1", "text": ["If the server had answered ", ["alice", 0], " first."]}}})");
  const std::string page = html(report, assets());
  CHECK(wrong_with(page) == "");
  CHECK(page.find("79,900 random test runs") != std::string::npos);
  CHECK(page.find("alice&#39;s reply &lt;b&gt;") != std::string::npos);
  CHECK(page.find("<b class=\"o0\">●alice</b> asked &lt;first&gt;.") != std::string::npos);
  CHECK(page.find("Closing would have.") != std::string::npos);
  CHECK(page.find("If the server had answered <b class=\"o0\">●alice</b> first. <a class=\"opens\" "
                  "href=\"#s=alice+srv.1\"><code>alice "
                  "srv.1</code>") != std::string::npos);
  CHECK(page.find("may come at another time, or not at all") != std::string::npos);
  const std::string rate = between(page, "id=\"rate\"", "</section>");
  CHECK(rate.find("<th scope=\"row\">10^-6</th><td>3.75 · 10^-7</td>") != std::string::npos);
  CHECK(rate.find("<th scope=\"row\">10^-2</th><td>0.00375</td>") != std::string::npos);
  CHECK(rate.find("<th scope=\"row\">1</th><td>0.375</td>") != std::string::npos);
  const std::string curve = between(page, "id=\"curve\"", "</section>");
  CHECK(curve.find(">last safe choice</text>") != std::string::npos);
  CHECK(curve.find(">point of no return</text>") != std::string::npos);
  CHECK(curve.find("the last safe choice, after step <a class=\"step\" href=\"#step-2\">2</a>") != std::string::npos);
}

TEST_CASE("a curve without a known turn marks none") {
  const std::vector<std::string> shares = {"1/2", "1/1"};
  CHECK(html_curve(Json::object(), shares, {}, "harm").find("turn") == std::string::npos);
  CHECK(html_curve(Json::object(), shares, {0, 9}, "harm").find("turn") == std::string::npos);
  const std::string marked = html_curve(Json::object(), shares, {0, 1}, "harm");
  CHECK(marked.find("the last safe choice, at the start, and the point of no return, step <a") != std::string::npos);
}

TEST_CASE("futures say what may and what must happen") {
  const auto world = two_users_under("redis-py-4.5.1/pool");
  const Facts leak = world::fact::outcome(world::Outcome::leak);
  const auto space = check::state_space(*world, leak, {});
  REQUIRE(space.futures);
  CHECK((space.futures->may[0] & leak) != 0);
  CHECK((space.futures->must[0] & leak) == 0);
  CHECK(space.onward->all[0] == 62);
  CHECK(space.onward->all[0] - space.onward->without[0] == 30);
  const auto& graph = space.seen.graph;
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    CHECK((space.futures->must[s] & ~space.futures->may[s]) == 0);
    const bool certain = (space.futures->must[s] & leak) != 0;
    if (certain) CHECK(space.onward->without[s] == 0);
    if ((space.futures->may[s] & leak) == 0) CHECK(space.onward->without[s] == space.onward->all[s]);
  }
}

TEST_CASE("a layout has every state in its layer, once") {
  const auto world = two_users_under("redis-py-4.5.1/pool");
  const auto graph = explore::explore(*world);
  const GraphLayout layout = layered(graph);
  std::set<std::pair<std::uint32_t, std::uint32_t>> places;
  for (std::uint32_t s = 0; s < graph.size(); ++s) {
    CHECK(layout.place[s] < layout.width[graph.level[s]]);
    CHECK(places.emplace(graph.level[s], layout.place[s]).second);
  }
}

}  // namespace interleak::reports
