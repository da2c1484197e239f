// The states of one design, read from the columns that reports/html_graph.cpp writes (docs/report.md).

export class Graph {
  constructor(json, texts) {
    this.json = json;
    this.texts = texts;
    this.size = json.held;
    this.whole = json.held === json.states;
    this.first = [0];
    for (const degree of json.state.degree) this.first.push(this.first.at(-1) + Math.max(degree, 0));
  }

  /** Are the events of this state known here? At the rim of a part of the states they are not. */
  open(state) {
    return this.json.state.degree[state] >= 0;
  }

  /** What is true of a state. `connections[i]`: requests, wire, stream, kernel, held (what waits at the server), each of {task, text}. */
  state(state) {
    const columns = this.json.state;
    const [connections, free] = this.json.queues[columns.queues[state]];
    return {
      facts: columns.facts[state],
      connections: connections.map((c, i) => this.#connection(c, i + 1)),
      free,
      frames: this.json.frames[columns.frames[state]].map(([task, name, posture, line]) => ({
        task, name: this.texts[name], posture: this.texts[posture], line: this.line(line),
      })),
      end: this.#end(columns.end[state]),
    };
  }

  #connection([flags, requests, wire, stream, kernel, held = []], number) {
    const items = (list) => list.map(([task, text]) => ({ task, text: this.texts[text] }));
    return {
      number, created: (flags & 1) !== 0, connected: (flags & 2) !== 0, idle: (flags & 4) !== 0,
      requests: items(requests), wire: items(wire), stream: items(stream), kernel: items(kernel), held: items(held),
    };
  }

  #end(index) {
    if (index < 0) return null;
    const [facts, worst, findings] = this.json.ends[index];
    return { facts, worst, findings: findings.map((each) => this.texts[each]) };
  }

  line(index) {
    if (index < 0) return null;
    const [design, procedure, line] = this.json.lines[index];
    return { design: this.texts[design], procedure: this.texts[procedure], line };
  }

  /** Everything that may happen next, in event order. */
  choices(state) {
    const { edge } = this.json;
    const all = [];
    for (let i = this.first[state]; i < this.first[state + 1]; ++i) {
      all.push({ event: this.texts[edge.event[i]], target: edge.target[i], tell: edge.tell[i], facts: edge.facts[i], worst: edge.worst[i] });
    }
    return all;
  }

  /** What an event did, in words and in what is drawn. */
  tell(index) {
    const [task, flags, summary, await_, line, outcomes, findings, acts] = this.json.tells[index];
    return {
      task, cancel: (flags & 1) !== 0, ready: (flags & 2) !== 0, child: (flags & 4) !== 0,
      summary: this.texts[summary], await: this.texts[await_], line: this.line(line),
      outcomes: outcomes.map(([who, outcome, from, text]) => ({ task: who, outcome, from, text: this.texts[text] })),
      findings: findings.map((each) => this.texts[each]),
      acts: acts.map(([name, connection, item, at]) => ({ name: this.texts[name], connection, item, line: this.line(at) })),
    };
  }

  /** What may and what must still happen from a state, as facts; undefined where it is not known. */
  future(state) {
    const columns = this.json.state;
    return columns.may && { may: columns.may[state], must: columns.must[state] };
  }

  /** Complete schedules from a state, and those that never do harm: exact, as BigInt. */
  onward(state) {
    const columns = this.json.state;
    return columns.all && { all: BigInt(columns.all[state]), harmless: BigInt(columns.harmless[state]) };
  }

  /** A shortest way from the start, as events; null if it leaves what is held. */
  pathTo(target) {
    const before = new Map([[0, null]]);
    const queue = [0];
    for (const state of queue) {
      if (state === target) break;
      for (const choice of this.choices(state)) {
        if (before.has(choice.target)) continue;
        before.set(choice.target, { state, event: choice.event });
        queue.push(choice.target);
      }
    }
    if (!before.has(target)) return null;
    const events = [];
    for (let step = before.get(target); step; step = before.get(step.state)) events.unshift(step.event);
    return events;
  }
}

const MOST_SKIPS = 3;

/**
 * A schedule in a graph, row by row from the start. An event that is not possible is skipped, and the
 * schedule goes on by name; after three of them, or where the file holds no more, it stops.
 */
export function follow(graph, events) {
  const rows = [{ state: 0, met: graph.state(0).facts }];
  let state = 0, met = rows[0].met, skips = 0, stopped = '';
  for (const event of events) {
    const choice = stopped ? undefined : graph.choices(state).find((each) => each.event === event);
    if (!choice) {
      if (!stopped && !graph.open(state)) stopped = 'beyond what this file holds';
      if (!stopped && ++skips === MOST_SKIPS) stopped = 'no longer comparable';
      rows.push({ state, met, skipped: stopped || 'not possible here', event });
      continue;
    }
    state = choice.target;
    met |= choice.facts | graph.state(state).facts;
    rows.push({ state, met, event, choice, tell: graph.tell(choice.tell) });
  }
  return rows;
}
