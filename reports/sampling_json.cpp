// A sample for programs: see sampling.hpp and docs/sampling.md.
#include "reports/sampling.hpp"
#include "reports/words.hpp"

namespace interleak::reports {
namespace {

using check::Sampler;
using check::Sampling;

Json share_json(const check::Share& share) {
  return {{"schedules", share.schedules}, {"low", share.likely.low.str()}, {"high", share.likely.high.str()}};
}

Json shares_json(const std::map<std::string, check::Share>& shares) {
  Json out = Json::object();
  for (const auto& [name, share] : shares) out[name] = share_json(share);
  return out;
}

Json strategy_json(const check::SampleOptions& options) {
  switch (options.by) {
    case Sampler::uniform: return {{"by", "uniform"}};
    case Sampler::scheduler: return {{"by", "scheduler"}};
    case Sampler::rate: return {{"by", "rate"}, {"rate", options.rate.str()}};
    case Sampler::pct: return {{"by", "pct"}, {"depth", options.depth}};
  }
  return nullptr;
}

Json invariant_json(const SamplingReport& report, const check::SampledJudgement& judgement) {
  Json out = {{"invariant", judgement.invariant.name},
              {"code", judgement.invariant.code},
              {"severity", judgement.invariant.severity},
              {"verdict", check::verdict_name(judgement.verdict)},
              {"violated", share_json(judgement.violated)}};
  if (judgement.verdict != check::Verdict::violated) return out;
  const words::Trace trace = words::trace(*report.world, judgement.witness);
  out["witness"] = {{"drawn_as", judgement.drawn_as},
                    {"schedule", judgement.schedule},
                    {"length", judgement.witness.size()},
                    {"shows", decorated(what_happened(*report.world, judgement.invariant, trace), true)},
                    {"replay", replay_command(report.replay_words, judgement.schedule)}};
  return out;
}

Json guarantee_json(const check::Guarantee& promise) {
  return {{"actors", promise.actors},     {"steps", promise.steps},     {"depth", promise.depth},
          {"exceeded", promise.exceeded}, {"each", promise.each.str()}, {"all", promise.all.str()}};
}

}  // namespace

Json sampling_json(const SamplingReport& report) {
  const Sampling& sampling = report.sampling;
  Json out = subject_json(*report.world);
  out["verdict"] = check::verdict_name(check::verdict_of(sampling));
  out["strategy"] = strategy_json(sampling.options);
  out["seed"] = std::to_string(sampling.options.seed);
  out["asked"] = sampling.options.count;
  out["drawn"] = sampling.drawn;
  out["stopped_by"] = report.stopped_by.empty() ? sampling.stopped_by : report.stopped_by;
  out["broken_off"] = sampling.broken_off;
  out["longest"] = sampling.longest;
  out["schedules"] = sampling.schedules ? Json(sampling.schedules->str()) : Json(nullptr);
  out["confidence"] = sampling.options.confidence.str();
  out["by_outcome"] = shares_json(sampling.by_outcome);
  out["by_finding"] = shares_json(sampling.by_finding);
  out["invariants"] = Json::array();
  for (const auto& judgement : sampling.judgements) out["invariants"].push_back(invariant_json(report, judgement));
  out["guarantee"] = sampling.guarantee ? guarantee_json(*sampling.guarantee) : Json(nullptr);
  return out;
}

}  // namespace interleak::reports
