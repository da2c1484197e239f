// Where messages of RESP end, however they are cut.
#include "live/framing.hpp"
#include "tests/catch.hpp"

namespace {

using namespace interleak::live;

/// Sizes of the messages in `bytes`, fed `step` bytes at a time.
std::vector<std::size_t> sizes(Framing& framing, const std::string& bytes, std::size_t step) {
  std::vector<std::size_t> out;
  std::string buffer;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    buffer += bytes.substr(at, step);
    while (!buffer.empty()) {
      const std::size_t size = framing.first(buffer);
      if (size == 0) break;
      out.push_back(size);
      buffer.erase(0, size);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("messages of RESP2 and RESP3 are found whole, however they are cut") {
  const std::vector<std::string> messages = {"+OK\r\n",
                                             "-ERR no\r\n",
                                             ":12\r\n",
                                             "$5\r\nhe\r\no\r\n",
                                             "$-1\r\n",
                                             "*0\r\n",
                                             "*-1\r\n",
                                             "$0\r\n\r\n",
                                             "*2\r\n$1\r\na\r\n*2\r\n:1\r\n+b\r\n",
                                             "%1\r\n+k\r\n*1\r\n_\r\n",
                                             "~2\r\n#t\r\n,1.5\r\n",
                                             "|1\r\n+ttl\r\n:3\r\n$1\r\nv\r\n",
                                             ">2\r\n+invalidate\r\n*0\r\n",
                                             "=5\r\ntxt:a\r\n",
                                             "(123456789012345678901234567890\r\n",
                                             "!3\r\nERR\r\n"};
  std::string all;
  std::vector<std::size_t> expected;
  for (const std::string& message : messages) {
    all += message;
    expected.push_back(message.size());
  }
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, all.size()}) {
    const auto framing = resp().replies();
    CHECK(sizes(*framing, all, step) == expected);
  }
}

TEST_CASE("what is not RESP is refused") {
  const std::string long_line(70'000, 'x');
  for (const std::string bytes :
       {"hello\r\n", "\r\n", "$x\r\n", "$?\r\n", "$-2\r\n", "*2000000\r\n", "$1\r\nabc", "*1\r\nfoo\r\n"}) {
    INFO(bytes);
    const auto framing = resp().replies();
    CHECK_THROWS_AS(framing->first(bytes), MalformedMessage);
  }
  const auto framing = resp().replies();
  CHECK_THROWS_AS(framing->first("+" + long_line), MalformedMessage);
}

TEST_CASE("requests are told in words") {
  const std::string request = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\n\r\n$1\r\n";
  const auto framing = resp().requests();
  CHECK(framing->first(request) == request.size());
  CHECK(resp().words(request) == std::vector<std::string>{"SET", "k", "\r\n$1"});
  CHECK(framing->first("PING now\r\n") == 10);
  CHECK(resp().words("PING now\r\n") == std::vector<std::string>{"PING", "now"});
  CHECK(resp().unasked(">1\r\n+x\r\n"));
  CHECK_FALSE(resp().unasked("+x\r\n"));
  CHECK(resp().header("$3\r\nabc\r\n") == 4);
}
