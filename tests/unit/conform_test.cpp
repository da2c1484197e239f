// Tables of trials, and the directed schedules that are made of them.
#include "sim/conform/conformity.hpp"
#include "sim/conform/csv.hpp"
#include "tests/unit/worlds.hpp"

namespace interleak::conform {
namespace {

using test::shipped;
using test::world_of;
using Fields = std::vector<std::string>;

std::vector<Fields> fields_of(std::string_view text) {
  Diagnostics errors;
  std::vector<Fields> out;
  for (const Record& each : read_csv(text, "t.csv", errors)) out.push_back(each.fields);
  CHECK(errors.empty());
  return out;
}

std::string error_of(std::string_view text) {
  Diagnostics errors;
  read_csv(text, "t.csv", errors);
  if (errors.empty()) return "";
  return errors[0].code + " " + std::to_string(errors[0].at.line) + ":" + std::to_string(errors[0].at.column);
}

constexpr const char* kHeader =
    "version,client,connection_at_start,op,cancel_point,cancel_mode,schedule,victim_op,codes\n";

Prediction predicted(const std::string& row) {
  Diagnostics errors;
  const auto rows = read_rows(kHeader + row, "t.csv", errors);
  REQUIRE(rows.size() == 1);
  const auto scenario = scenario_of(rows[0].trial, scenario::all_physics());
  return predict(world_of(scenario, shipped(rows[0].design)), rows[0].trial);
}

TEST_CASE("comma-separated values") {
  CHECK(fields_of("a,b\r\nc,\"d,\"\"e\"\"\n\"\n\n,\n") ==
        std::vector<Fields>{{"a", "b"}, {"c", "d,\"e\"\n"}, {"", ""}});
  CHECK(fields_of("\xEF\xBB\xBFx") == std::vector<Fields>{{"x"}});
  CHECK(fields_of("").empty());
  CHECK(error_of("a,\"b") == "ILK0001 1:5");
  CHECK(error_of("a\n\"b\"c") == "ILK0001 2:4");
  CHECK(error_of(std::string(100, ',')) == "ILK0015 1:65");
}

TEST_CASE("rows that cannot be understood do not stop the others") {
  Diagnostics errors;
  const auto rows = read_rows(std::string(kHeader) +
                                  "4.5.1,pool,idle pooled connection,get,2,imm,late,get,Lr\n"
                                  "4.5.1,pool,idle,get,2,imm,late,get,Lr\n"
                                  "4.5.1,pool,idle pooled connection,get,0,imm,late,get,Lr\n"
                                  "4.5.1,pool\n"
                                  "4.5.1,cluster2,none (cold),pipe_tx,1,after1,early,ttl,\n",
                              "t.csv", errors);
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].design == "redis-py-4.5.1/cluster");
  CHECK(rows[1].trial.connections == 2);
  CHECK(rows[1].trial.cold);
  REQUIRE(errors.size() == 3);
  CHECK(errors[0].at.line == 3);
  CHECK(errors[0].code == "ILK0070");
  CHECK(errors[1].message == "cancel_point is \"0\"");
  CHECK(errors[2].at.line == 5);
  errors.clear();
  CHECK(read_rows("version,clinet\n1,2\n", "t.csv", errors).empty());
  CHECK(errors.size() == 8);  // one unknown column, seven that are missing
}

TEST_CASE("a cancelled read, by where its reply is when the next one comes") {
  const std::string head = "4.5.1,pool,idle pooled connection,get,2,settled,";
  CHECK(predicted(head + "early,get,").codes == "ro");       // the poll sees it
  CHECK(predicted(head + "late,get,").codes == "Lr");        // the poll does not
  CHECK(predicted(head + "sustained,get,").codes == "LL");   // nor the next one
  CHECK(predicted(head + "kernel,get,").codes == "LL");      // there, and not seen
  const Prediction late = predicted(head + "late,get,");
  CHECK(late.delivered);
  CHECK(late.suspensions == 2);
  CHECK(late.phase == "read-reply");
  CHECK(late.requests_sent == 1);
  CHECK(late.replies_owed == 1);
}

TEST_CASE("pieces of a reply: the poll sees bytes, not what the parser has") {
  const std::string head = "4.5.1,pool,idle pooled connection,get,2,";
  CHECK(predicted(head + "partial,late,get,").codes == "ro");
  CHECK(predicted(head + "partial_hdr,late,get,").codes == "Lr");
  CHECK(predicted("4.5.1-hiredis,pool,idle pooled connection,get,2,partial,late,get,").codes == "Lr");
}

TEST_CASE("a suspension that does not exist is none") {
  CHECK_FALSE(predicted("4.5.1,pool,idle pooled connection,get,3,imm,late,get,").possible);
  CHECK_FALSE(predicted("4.5.1,pool,idle pooled connection,get,2,after2,late,get,").possible);
}

TEST_CASE("a comparison counts what the table says, and repeats that differ stand apart") {
  Row row;
  row.measured.codes = "Lr";
  Prediction prediction;
  prediction.codes = "Lr";
  CHECK(compare(row, prediction).predicted());
  row.measured.delivered = true;
  CHECK_FALSE(compare(row, prediction).predicted());
  prediction.delivered = true;
  const Checked fine = compare(row, prediction);
  CHECK(fine.predicted());
  row.measured.stable = false;
  const Conformity all = sum_up({fine, compare(row, prediction)});
  CHECK(all.in_scope.rows == 1);
  CHECK(all.out_of_scope.rows == 1);
  CHECK(all.groups.size() == 1);
  CHECK(all.fields[0].rows == 1);
  CHECK(all.fields[2].rows == 0);
}

}  // namespace
}  // namespace interleak::conform
