(() => {
  // src/badge.js
  var HARM = ["leak", "wrong-value", "type-error", "double-owner", "lost-slot", "starved", "zombie", "rejected"];
  function share(onward, alreadyMet) {
    if (!onward) return null;
    return [alreadyMet ? onward.all : onward.all - onward.harmless, onward.all];
  }
  function percent([part, whole]) {
    if (whole === 0n) return "–";
    if (part === 0n || part === whole) return part === 0n ? "0 %" : "100 %";
    const thousandths = Number(part * 1000n / whole);
    if (thousandths < 1) return "< 0.1 %";
    if (part * 1000n > whole * 999n) return "> 99.9 %";
    return `${thousandths < 100 ? (thousandths / 10).toFixed(1) : Math.round(thousandths / 10)} %`;
  }
  function badge(future, facts, count, harmed = false) {
    if (!future) return { kind: "unknown", text: "? not known in this file" };
    const bit = Object.fromEntries(facts);
    const worst = HARM.find((name) => (future.may & bit[name]) !== 0);
    if (!worst) return harmed ? { kind: "unknown", text: "no further harm" } : { kind: "good", text: "✓ safe whatever happens" };
    const words2 = worst.replace("-", " ");
    const certain = (future.must & bit[worst]) !== 0;
    if (certain) return { kind: "bad", text: `✗ ${words2} unavoidable` };
    const other = HARM.find((name) => (future.must & bit[name]) !== 0);
    const rest = count ? `, ${percent(count)} of schedules` : "";
    const also = other ? `; ${other.replace("-", " ")} unavoidable` : "";
    return { kind: other ? "bad" : "warn", text: `~ ${words2} possible${rest}${also}` };
  }

  // src/digest.js
  var items = (list) => `[${list.map((each) => `${each.task} ${each.text}`).join(",")}]`;
  var flag = (value) => value ? "1" : "0";
  function digestText(graph) {
    const lines = [];
    for (let s = 0; s < graph.size; ++s) {
      const state2 = graph.state(s);
      const queues = state2.connections.map((c) => ` ${flag(c.created)}${flag(c.connected)}${flag(c.idle)}${items(c.requests)}${c.held.length ? items(c.held) : ""}${items(c.wire)}${items(c.stream)}${items(c.kernel)}`);
      const end = state2.end ? `${state2.end.facts} ${state2.end.worst}` : "-";
      lines.push(`s ${state2.facts} ${end}${queues.join("")}
`);
      for (const choice of graph.choices(s)) lines.push(`e ${choice.event} ${choice.target} ${choice.facts} ${choice.worst}
`);
    }
    return lines.join("");
  }
  async function digest(graph) {
    if (!globalThis.crypto?.subtle) return void 0;
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(digestText(graph)));
    return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // src/dom.js
  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === void 0 || value === null || value === false) continue;
      if (name === "on") {
        for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
      } else if (name.startsWith(".")) {
        element[name.slice(1)] = value;
      } else {
        element.setAttribute(name, value === true ? "" : value);
      }
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== void 0 && child !== false));
    return element;
  }
  var h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  var svg = (tag, attributes, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  function replace(element, ...children) {
    const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : void 0;
    const scrolled = [...element.querySelectorAll("[data-scroll]")].map((each) => [each.dataset.scroll, each.scrollTop, each.scrollLeft]);
    element.replaceChildren(...children.flat(Infinity).filter(Boolean));
    for (const [name, top, left] of scrolled) {
      const same = element.querySelector(`[data-scroll="${name}"]`);
      if (same) Object.assign(same, { scrollTop: top, scrollLeft: left });
    }
    if (key !== void 0) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }
  function showIn(box2, element) {
    if (!box2 || !element) return;
    const outer = box2.getBoundingClientRect(), inner = element.getBoundingClientRect();
    if (inner.top < outer.top) box2.scrollTop -= outer.top - inner.top;
    else if (inner.bottom > outer.bottom) box2.scrollTop += inner.bottom - outer.bottom;
  }

  // src/words.js
  function deed(tell) {
    const text2 = tell.cancel ? ["✗ CANCELLED", tell.summary].filter(Boolean).join(", ") : tell.summary;
    return tell.child ? `(child) ${text2}` : text2;
  }
  var MACHINES = { srv: "server", sil: "server", psh: "server", krn: "event loop", flu: "event loop" };
  function actor(row, scenario) {
    if (row.tell.task >= 0) {
      const task = scenario.tasks[row.tell.task];
      return `${task.symbol}${task.id}`;
    }
    return MACHINES[row.event.slice(0, 3)] ?? "network";
  }
  function results(tell, outcomes) {
    const all = tell.outcomes.map((each) => {
      const name = outcomes[each.outcome];
      if (name === "ok") return { kind: "good", text: "✓ ok" };
      if (["leak", "wrong-value", "type-error"].includes(name)) return { kind: "bad", text: `${name.toUpperCase()}: ${each.text}` };
      return name === "cancelled" ? null : { kind: "warn", text: each.text };
    });
    return [...all.filter(Boolean), ...tell.findings.map((text2) => ({ kind: "warn", text: text2 }))];
  }
  var place = (tell) => tell.line ? `at await ${tell.await} (${tell.line.procedure}:${tell.line.line})${tell.ready ? ", which was ready" : ""}` : "";
  function sentence(row, scenario, outcomes) {
    if (row.skipped) return `${row.event}: ${row.skipped}`;
    const parts = [deed(row.tell), row.tell.cancel ? place(row.tell) : "", ...results(row.tell, outcomes).map((each) => each.text)];
    return `${actor(row, scenario)} ${parts.filter(Boolean).join("; ")}`;
  }
  function named(text2, scenario) {
    const nodes = [];
    let rest = text2;
    while (rest) {
      let first = null;
      scenario.tasks.forEach((task, index) => {
        for (const name of [task.id, task.owner]) {
          const at = rest.indexOf(task.symbol + name);
          if (at >= 0 && (!first || at < first.at)) first = { at, index, text: task.symbol + name };
        }
      });
      if (!first) break;
      nodes.push(rest.slice(0, first.at), h("b", { class: `o${first.index}` }, first.text));
      rest = rest.slice(first.at + first.text.length);
    }
    return [...nodes, rest];
  }

  // src/schedule.js
  var MOST_EVENTS = 1e5;
  function parse(text2) {
    const events2 = [];
    for (const word of text2.split(/[ \t\r\n]+/).filter(Boolean)) {
      const counted = /^(.+)\*(\d{1,6})$/.exec(word);
      const [event, count] = counted ? [counted[1], Number(counted[2])] : [word, 1];
      if (count < 1 || events2.length + count > MOST_EVENTS) return null;
      for (let i = 0; i < count; ++i) events2.push(event);
    }
    return events2;
  }
  function format(events2) {
    const words2 = [];
    for (let i = 0; i < events2.length; ) {
      let next2 = i;
      while (next2 < events2.length && events2[next2] === events2[i]) ++next2;
      words2.push(next2 - i > 1 ? `${events2[i]}*${next2 - i}` : events2[i]);
      i = next2;
    }
    return words2.join(" ");
  }

  // src/exports.js
  function asText(view2) {
    const { design, rows, scenario, outcomes } = view2;
    const lines = rows.slice(1).map((row, k) => `${String(k + 1).padStart(3)}  ${sentence(row, scenario, outcomes)}`);
    return `${scenario.id} under ${design.id}
${lines.join("\n")}
${replayCommand(view2)}
`;
  }
  var events = (rows) => rows.slice(1).filter((row) => !row.skipped).map((row) => row.event);
  var replayCommand = ({ design, rows }) => design.replay.replace("SCHEDULE", () => `'${format(events(rows))}'`);
  var safe = (text2) => [...text2].map((c) => /[\p{L}\p{N} ,.()/_!'|✗●▲■◆★✚▼◉○]/u.test(c) ? c : `#${c.codePointAt(0)};`).join("");
  var MOST_ENTRIES = 60;
  function asMermaid({ rows, scenario, outcomes }) {
    const out = ["sequenceDiagram"];
    scenario.tasks.forEach((task, i) => out.push(`  participant t${i} as ${safe(task.symbol + task.id)}`));
    out.push("  participant pool");
    for (let c = 1; c <= scenario.connections; ++c) out.push(`  participant c${c} as c${c} and its server`);
    const entries = rows.slice(1).flatMap((row, k) => entriesOf(row, k + 1, scenario, outcomes));
    out.push(...entries.slice(0, MOST_ENTRIES));
    if (entries.length > MOST_ENTRIES) out.push(`  Note over t0,pool: and ${entries.length - MOST_ENTRIES} more`);
    return `${out.join("\n")}
`;
  }
  var ARROWS = { take: ["->>", "pool"], put: ["->>", "pool"], close: ["->>"], connect: ["->>"], send: ["->>"] };
  function entriesOf(row, number, scenario, outcomes) {
    if (row.skipped) return [`  Note over pool: ${number}. ${safe(`${row.event} ${row.skipped}`)}`];
    const { tell } = row;
    const words2 = safe(`${number}. ${actor(row, scenario)} ${deed(tell)} ${tell.cancel ? place(tell) : ""}`.trim());
    if (tell.task < 0) return [`  Note over c${/\d+/.exec(row.event)?.[0] ?? 1}: ${words2}`];
    const task = `t${tell.task}`;
    const entries = tell.acts.map((act) => {
      const wrong = act.item >= 0 && act.item !== tell.task;
      if (!ARROWS[act.name]) return `  c${act.connection}${wrong ? "--x" : "-->>"}${task}: ${number}. ${act.name}s`;
      const [arrow2, to = `c${act.connection}`] = ARROWS[act.name];
      return `  ${task}${arrow2}${to}: ${number}. ${act.name}s`;
    });
    if (tell.cancel || !entries.length) entries.unshift(`  Note over ${task}: ${words2}`);
    return [...entries, ...results(tell, outcomes).filter((each) => each.kind !== "good").map((each) => `  Note over ${task}: ${safe(each.text)}`)];
  }
  function asJson({ design, graph, rows, scenario, outcomes }) {
    const steps2 = rows.slice(1).map((row, k) => ({
      number: k + 1,
      event: row.event,
      ...row.skipped ? { skipped: row.skipped } : {
        summary: deed(row.tell),
        line: row.tell.line,
        results: results(row.tell, outcomes).map((each) => each.text),
        connections: graph.state(row.state).connections,
        free: graph.state(row.state).free
      }
    }));
    return `${JSON.stringify({ scenario: scenario.id, design: design.id, schedule: format(events(rows)), steps: steps2 }, null, 2)}
`;
  }

  // src/graph.js
  var Graph = class {
    constructor(json, texts) {
      this.json = json;
      this.texts = texts;
      this.size = json.held;
      this.whole = json.held === json.states;
      this.first = [0];
      for (const degree of json.state.degree) this.first.push(this.first.at(-1) + Math.max(degree, 0));
    }
    /** Are the events of this state known here? At the rim of a part of the states they are not. */
    open(state2) {
      return this.json.state.degree[state2] >= 0;
    }
    /** What is true of a state. `connections[i]`: requests, wire, stream, kernel, held (what waits at the server), each of {task, text}. */
    state(state2) {
      const columns = this.json.state;
      const [connections, free] = this.json.queues[columns.queues[state2]];
      return {
        facts: columns.facts[state2],
        connections: connections.map((c, i) => this.#connection(c, i + 1)),
        free,
        frames: this.json.frames[columns.frames[state2]].map(([task, name, posture, line]) => ({
          task,
          name: this.texts[name],
          posture: this.texts[posture],
          line: this.line(line)
        })),
        end: this.#end(columns.end[state2])
      };
    }
    #connection([flags, requests, wire, stream, kernel, held = []], number) {
      const items2 = (list) => list.map(([task, text2]) => ({ task, text: this.texts[text2] }));
      return {
        number,
        created: (flags & 1) !== 0,
        connected: (flags & 2) !== 0,
        idle: (flags & 4) !== 0,
        requests: items2(requests),
        wire: items2(wire),
        stream: items2(stream),
        kernel: items2(kernel),
        held: items2(held)
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
    choices(state2) {
      const { edge } = this.json;
      const all = [];
      for (let i = this.first[state2]; i < this.first[state2 + 1]; ++i) {
        all.push({ event: this.texts[edge.event[i]], target: edge.target[i], tell: edge.tell[i], facts: edge.facts[i], worst: edge.worst[i] });
      }
      return all;
    }
    /** What an event did, in words and in what is drawn. */
    tell(index) {
      const [task, flags, summary, await_, line, outcomes, findings, acts] = this.json.tells[index];
      return {
        task,
        cancel: (flags & 1) !== 0,
        ready: (flags & 2) !== 0,
        child: (flags & 4) !== 0,
        summary: this.texts[summary],
        await: this.texts[await_],
        line: this.line(line),
        outcomes: outcomes.map(([who, outcome, from, text2]) => ({ task: who, outcome, from, text: this.texts[text2] })),
        findings: findings.map((each) => this.texts[each]),
        acts: acts.map(([name, connection2, item, at]) => ({ name: this.texts[name], connection: connection2, item, line: this.line(at) }))
      };
    }
    /** What may and what must still happen from a state, as facts; undefined where it is not known. */
    future(state2) {
      const columns = this.json.state;
      return columns.may && { may: columns.may[state2], must: columns.must[state2] };
    }
    /** Complete schedules from a state, and those that never do harm: exact, as BigInt. */
    onward(state2) {
      const columns = this.json.state;
      return columns.all && { all: BigInt(columns.all[state2]), harmless: BigInt(columns.harmless[state2]) };
    }
    /** A shortest way from the start, as events; null if it leaves what is held. */
    pathTo(target) {
      const before = /* @__PURE__ */ new Map([[0, null]]);
      const queue = [0];
      for (const state2 of queue) {
        if (state2 === target) break;
        for (const choice of this.choices(state2)) {
          if (before.has(choice.target)) continue;
          before.set(choice.target, { state: state2, event: choice.event });
          queue.push(choice.target);
        }
      }
      if (!before.has(target)) return null;
      const events2 = [];
      for (let step = before.get(target); step; step = before.get(step.state)) events2.unshift(step.event);
      return events2;
    }
  };
  var MOST_SKIPS = 3;
  function follow(graph, events2) {
    const rows = [{ state: 0, met: graph.state(0).facts }];
    let state2 = 0, met = rows[0].met, skips = 0, stopped = "";
    for (const event of events2) {
      const choice = stopped ? void 0 : graph.choices(state2).find((each) => each.event === event);
      if (!choice) {
        if (!stopped && !graph.open(state2)) stopped = "beyond what this file holds";
        if (!stopped && ++skips === MOST_SKIPS) stopped = "no longer comparable";
        rows.push({ state: state2, met, skipped: stopped || "not possible here", event });
        continue;
      }
      state2 = choice.target;
      met |= choice.facts | graph.state(state2).facts;
      rows.push({ state: state2, met, event, choice, tell: graph.tell(choice.tell) });
    }
    return rows;
  }

  // src/keys.js
  var KEYS = [
    ["→ or n", "one step on"],
    ["← or p", "one step back"],
    ["Home, End", "to the start, to the end"],
    ["1 … 9", "take that branch"],
    ["Esc", "back to the shortest violation"],
    ["g l", "to the violation"],
    ["g s", "to the last safe choice"],
    ["g n", "to the point of no return"],
    ["Shift+N", "from a reply back to its request"],
    ["d", "another design beside"],
    ["c", "copy"],
    ["t", "light, dark or as the system"],
    ["Space", "play, pause"],
    ["?", "this help"]
  ];
  var FIELDS = "input, select, textarea, dialog";
  function keys(explorer, doings2, allowed) {
    let pending = "";
    const plain = {
      ArrowRight: () => doings2.by(1),
      n: () => doings2.by(1),
      ArrowLeft: () => doings2.by(-1),
      p: () => doings2.by(-1),
      Home: () => doings2.go(0),
      End: () => doings2.go(Infinity),
      Escape: doings2.main,
      N: doings2.toRequest,
      d: doings2.otherBeside,
      c: doings2.copy,
      t: doings2.theme,
      "?": doings2.help
    };
    const after = { l: doings2.toHarm, s: doings2.toLastSafe, n: doings2.toNoReturn };
    explorer.addEventListener("keydown", (event) => {
      if (!allowed() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(FIELDS)) return;
      const { key } = event;
      const scrolls = key.startsWith("Arrow") && event.target.closest?.(".scroll");
      const presses = key === " " && event.target.closest?.("button, summary, a, .scroll");
      if (scrolls || presses) return;
      const doing = pending === "g" ? after[key] : /^[1-9]$/.test(key) ? () => doings2.choose(Number(key)) : key === " " ? doings2.play : plain[key];
      pending = key === "g" && pending !== "g" ? "g" : "";
      if (!doing) return;
      event.preventDefault();
      doing();
    });
  }

  // src/lanes.js
  var ROW = 44;
  var TOP = 46;
  var TASK = 92;
  var TOKEN = 19;
  var SERVER = 70;
  var NUMBER = 34;
  function measure(graph, rows, scenario) {
    const states = rows.map((row) => graph.state(row.state));
    const most = (c, pick) => Math.max(1, ...states.map((state2) => pick(state2.connections[c])));
    let x = NUMBER;
    const tasks = /* @__PURE__ */ new Map();
    for (const t of tasksTakingPart(rows, states, scenario)) {
      x += TASK;
      tasks.set(t, x - TASK / 2);
    }
    const connections = /* @__PURE__ */ new Map();
    for (const c of connectionsTakingPart(states)) {
      const requests = most(c, (v) => v.requests.length) * TOKEN + 20;
      const replies = most(c, (v) => v.held.length + v.wire.length + v.kernel.length + v.stream.length) * TOKEN + 34;
      const asked = { left: x + 10, width: Math.max(requests, 64) };
      const owed = { left: asked.left + asked.width + 12, width: Math.max(replies, 76) };
      connections.set(c, { asked, owed });
      x = owed.left + owed.width + 10;
    }
    return { states, tasks, connections, server: x + SERVER / 2, width: x + SERVER };
  }
  var queued = (c) => [...c.requests, ...c.held, ...c.wire, ...c.kernel, ...c.stream];
  function tasksTakingPart(rows, states, scenario) {
    const part = /* @__PURE__ */ new Set();
    for (const { tell } of rows) {
      if (tell?.task >= 0) part.add(tell.task);
      for (const each of tell?.outcomes ?? []) part.add(each.task).add(each.from);
    }
    for (const state2 of states) for (const c of state2.connections) for (const item of queued(c)) part.add(item.task);
    const all = scenario.tasks.map((_, t) => t);
    return rows.length > 1 ? all.filter((t) => part.has(t)) : all;
  }
  function connectionsTakingPart(states) {
    const all = states[0].connections.map((_, c) => c).filter((c) => states.some((state2) => state2.connections[c].created));
    const seen = (c) => new Set(states.map((state2) => JSON.stringify(state2.connections[c]))).size;
    const busy = all.filter((c) => seen(c) > 1 || queued(states[0].connections[c]).length > 0);
    return busy.length ? busy : all;
  }
  function leftOut(graph, rows, scenario) {
    const { states, tasks, connections } = measure(graph, rows, scenario);
    const made = states[0].connections.map((_, c) => c).filter((c) => states.some((state2) => state2.connections[c].created));
    return [...scenario.tasks.filter((_, t) => !tasks.has(t)).map((task) => `${task.symbol}${task.id}`), ...made.filter((c) => !connections.has(c)).map((c) => `c${c + 1}`)];
  }
  var text = (x, y, words2, attributes = {}) => svg("text", { x, y, "text-anchor": "middle", ...attributes }, words2);
  var arrow = (x1, x2, y, kind) => [
    svg("line", { x1, x2: x2 + (x1 < x2 ? -7 : 7), y1: y, y2: y, class: `wire ${kind}` }),
    svg("path", { d: x1 < x2 ? `M${x2} ${y}l-9 -5v10z` : `M${x2} ${y}l9 -5v10z`, class: `head ${kind}` })
  ];
  function token(x, y, item, scenario) {
    const task = scenario.tasks[item.task];
    return svg(
      "g",
      { class: task ? `o${item.task}` : "nobody" },
      svg("title", {}, item.text),
      text(x, y + 5, task ? task.symbol : "○", { class: "token" })
    );
  }
  function box(place2, y, items2, scenario, kind, bar) {
    const shapes = [svg("rect", { x: place2.left, y: y - 11, width: place2.width, height: 22, rx: 5, class: `queue ${kind}` })];
    let x = place2.left + 15;
    items2.forEach((item, i) => {
      if (i === bar) x += 8;
      shapes.push(token(x, y, item, scenario));
      x += TOKEN;
    });
    if (bar !== void 0) {
      const at = place2.left + 9 + bar * TOKEN + (items2.length ? 1 : 6);
      shapes.push(svg("line", { x1: at, x2: at, y1: y - 8, y2: y + 8, class: "bar" }));
    }
    return shapes;
  }
  function connection(view2, place2, y, scenario) {
    if (!view2.created || !view2.connected && !view2.requests.length) {
      const middle = (place2.asked.left + place2.owed.left + place2.owed.width) / 2;
      return [text(middle, y + 4, view2.created ? "closed" : "not made", { class: "faint" })];
    }
    const owes = view2.requests.length + view2.held.length + view2.wire.length + view2.kernel.length + view2.stream.length;
    const kind = view2.idle ? owes ? "dirty" : "idle" : "busy";
    const wire = [...view2.held, ...view2.wire, ...view2.kernel];
    return [box(place2.asked, y, view2.requests, scenario, kind), box(place2.owed, y, [...wire, ...view2.stream], scenario, kind, wire.length)];
  }
  function drawn(row, layout, y, scenario, outcomes) {
    const { tell } = row;
    const shapes = [];
    const number = Number(/\.(\d+)/.exec(row.event)?.[1] ?? 0);
    const c = layout.connections.get(number - 1);
    if (tell.task < 0) {
      if (!c) return shapes;
      if (row.event.startsWith("sil")) shapes.push(text(layout.server, y + 5, "✕ silent", { class: "warn small" }));
      else if (row.event.startsWith("srv") || row.event.startsWith("psh")) shapes.push(arrow(layout.server, c.owed.left + c.owed.width / 2, y, "plain"));
      else shapes.push(arrow(c.owed.left + 6, c.owed.left + c.owed.width - 6, y, "plain"));
      return shapes;
    }
    const x = layout.tasks.get(tell.task);
    const own = `o${tell.task}`;
    let mark2 = null;
    for (const act of tell.acts) {
      const place2 = layout.connections.get(act.connection - 1);
      if (!place2) continue;
      if (act.name === "send") shapes.push(arrow(x, place2.asked.left + 4, y, own));
      if (act.name === "receive" || act.name === "discard") {
        const wrong = act.name === "receive" && act.item >= 0 && act.item !== tell.task;
        shapes.push(arrow(place2.owed.left, x + (wrong ? 36 : 8), y, wrong ? "bad" : own));
      }
      if (act.name === "close") shapes.push(text(place2.asked.left + place2.asked.width / 2, y + 5, "✕ closed", { class: "warn small" }));
    }
    const leak = tell.outcomes.find((each) => outcomes[each.outcome] === "leak");
    if (leak) mark2 = [`LEAK ${scenario.tasks[leak.from]?.symbol ?? ""}`, "bad"];
    else if (tell.cancel) mark2 = ["✗ cancel", "warn"];
    if (mark2) {
      const width = mark2[0].length * 7 + 14;
      shapes.push(svg("rect", { x: x - width / 2, y: y - 10, width, height: 20, rx: 10, class: `pill ${mark2[1]}` }), text(x, y + 4, mark2[0], { class: `pilltext ${mark2[1]}` }));
    } else {
      shapes.push(svg("circle", { cx: x, cy: y, r: 5, class: `dot ${own}` }));
    }
    return shapes;
  }
  function heads(layout, scenario) {
    const shapes = [...layout.tasks].map(([t, x]) => text(x, 20, `${scenario.tasks[t].symbol}${clip(scenario.tasks[t].id)}`, { class: `o${t} headname` }));
    for (const [c, place2] of layout.connections) {
      shapes.push(text((place2.asked.left + place2.owed.left + place2.owed.width) / 2, 14, `c${c + 1}`, { class: "headname" }));
      shapes.push(text(place2.asked.left + place2.asked.width / 2, 30, "asked", { class: "faint small" }));
      shapes.push(text(place2.owed.left + place2.owed.width / 2, 30, "wire | buffer", { class: "faint small" }));
    }
    return [...shapes, text(layout.server, 20, "server", { class: "headname" })];
  }
  var clip = (name) => name.length > 11 ? `${name.slice(0, 10)}…` : name;
  function lanes(graph, rows, { scenario, outcomes, cursor, go, apart, label }) {
    const layout = measure(graph, rows, scenario);
    const height = TOP + rows.length * ROW;
    const shapes = [heads(layout, scenario)];
    for (const x of [...layout.tasks.values(), layout.server]) shapes.push(svg("line", { x1: x, x2: x, y1: TOP - 8, y2: height - 8, class: "lane" }));
    rows.forEach((row, k) => {
      const y = TOP + k * ROW;
      if (k === cursor) shapes.push(svg("rect", { x: 2, y: y - 4, width: layout.width - 4, height: ROW - 2, rx: 6, class: "now" }));
      shapes.push(text(14, y + 24, String(k), { class: k === cursor ? "number on" : "number" }));
      if (k === apart) {
        shapes.push(svg("line", { x1: 0, x2: layout.width, y1: y - 6, y2: y - 6, class: "apart" }));
      }
      for (const [c, place2] of layout.connections) shapes.push(connection(layout.states[k].connections[c], place2, y + 10, scenario));
      if (row.skipped) shapes.push(text([...layout.tasks.values()].at(-1), y + 28, `${row.event}: ${row.skipped}`, { class: "faint small" }));
      else if (row.tell) shapes.push(drawn(row, layout, y + 27, scenario, outcomes));
      shapes.push(svg("rect", { x: 0, y: y - 6, width: layout.width, height: ROW, class: "hit", on: { click: () => go(k) } }));
    });
    const words2 = rows.slice(1).map((row, k) => `${k + 1}. ${sentence(row, scenario, outcomes)}`).join(". ");
    return svg("svg", { viewBox: `0 0 ${layout.width} ${height}`, class: `lanes w${Math.min(9, Math.ceil(layout.width / 120))}`, role: "img", "aria-label": `${label}. ${words2}` }, ...shapes);
  }

  // src/map.js
  function kindOf(graph, state2, harm) {
    const future = graph.future(state2);
    if (!future) return "unknown";
    if (future.must & harm) return "must";
    return future.may & harm ? "may" : "safe";
  }
  function draw(graph, facts, jump) {
    const { layout } = graph.json;
    const bits = Object.fromEntries(facts);
    const harm = HARM.reduce((all, name) => all | bits[name], 0);
    const widest = Math.max(...layout.width);
    const width = Math.min(Math.max(widest * 26, 320), 1400), step = 46;
    const height = layout.width.length * step + 10;
    const radius = widest > 60 ? 4 : 7;
    const x = (s) => (layout.place[s] + 0.5) * width / layout.width[layout.level[s]];
    const y = (s) => layout.level[s] * step + 24;
    const edges = /* @__PURE__ */ new Map(), nodes = [];
    for (let s = 0; s < graph.size; ++s) {
      for (const choice of graph.choices(s)) {
        const kind = `edge${choice.facts & harm ? " bad" : ""}${choice.event.startsWith("!") ? " fault" : ""}`;
        edges.set(`${s} ${choice.event}`, svg("line", { x1: x(s), y1: y(s), x2: x(choice.target), y2: y(choice.target), class: kind }));
      }
      nodes.push(svg("circle", { cx: x(s), cy: y(s), r: radius, "data-state": s, class: `node ${kindOf(graph, s, harm)}` }, svg("title", {}, `state ${s}`)));
    }
    const choose = (event) => event.target.dataset.state && jump(Number(event.target.dataset.state));
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "states", role: "img", on: { click: choose } }, [...edges.values()], nodes);
    return { picture, edges, nodes, marked: [] };
  }
  var drawings = /* @__PURE__ */ new WeakMap();
  function mark(drawing, rows, cursor) {
    for (const [element, name] of drawing.marked) element.classList.remove(name);
    drawing.marked = [];
    const put = (element, name) => {
      element?.classList.add(name);
      if (element) drawing.marked.push([element, name]);
    };
    rows.forEach((row, k) => {
      put(drawing.nodes[row.state], "been");
      if (k > 0 && !row.skipped) put(drawing.edges.get(`${rows[k - 1].state} ${row.event}`), "on");
    });
    put(drawing.nodes[rows[cursor].state], "now");
  }
  function map(view2) {
    const { graph, data: data2, rows, cursor } = view2;
    if (!graph.json.layout) {
      return h(
        "section",
        { class: "panel map", "aria-label": "All states" },
        h("h3", {}, "All states"),
        h("p", { class: "legend" }, graph.whole ? `${graph.size} states: too many to draw.` : view2.design.rung)
      );
    }
    if (!drawings.has(graph)) drawings.set(graph, draw(graph, data2.facts, view2.jump));
    const drawing = drawings.get(graph);
    mark(drawing, rows, cursor);
    drawing.picture.setAttribute("aria-label", `Map of ${graph.size} states; the schedule goes through ${new Set(rows.map((row) => row.state)).size} of them`);
    return h(
      "section",
      { class: "panel map", "aria-label": "All states" },
      h("h3", {}, `All ${graph.size} states`),
      h("div", { class: "scroll", "data-scroll": "map", tabindex: "0", role: "region", "aria-label": "Map of states" }, drawing.picture),
      h("p", { class: "legend" }, h("span", { class: "key must" }), " harm is unavoidable ", h("span", { class: "key may" }), " possible ", h("span", { class: "key safe" }), " impossible. Dashed: a cancel. Thick: your schedule. Choose a state to see a shortest way to it.")
    );
  }

  // src/panels.js
  var panel = (id, title, ...children) => h("section", { class: `panel ${id}`, "aria-label": title }, h("h3", {}, title), ...children);
  var harmOf = (view2) => view2.data.subject.facts;
  function shares(view2, graph = view2.graph, rows = view2.rows) {
    return rows.map((row) => share(graph.onward(row.state), (row.met & harmOf(view2)) !== 0));
  }
  function turn(view2) {
    const certain = view2.rows.map((row) => {
      const future = view2.graph.future(row.state);
      return future ? ((row.met | future.must) & harmOf(view2)) !== 0 : false;
    });
    const noReturn = certain.indexOf(true);
    return noReturn > 0 ? { noReturn, lastSafe: noReturn - 1 } : null;
  }
  function steps(view2) {
    const { rows, scenario, cursor, go } = view2;
    const parts = shares(view2);
    const turning = turn(view2);
    const item = (row, k) => h(
      "li",
      {},
      h(
        "button",
        { "data-key": `step${k}`, "aria-current": k === cursor ? "step" : void 0, class: row.tell?.cancel ? "cancel" : "", on: { click: () => go(k) } },
        h("span", { class: "n" }, String(k)),
        h("span", { class: "what" }, k === 0 ? "the start" : row.skipped ? h("i", {}, `${row.event}: ${row.skipped}`) : [
          h("span", {}, named(`${actor(row, scenario)} ${deed(row.tell)}`, scenario)),
          row.tell.cancel && h("small", {}, place(row.tell)),
          results(row.tell, view2.outcomes).map((each) => h("small", { class: each.kind }, named(each.text, scenario)))
        ], turning?.lastSafe === k && h("small", { class: "mark" }, "◄ last safe choice"), turning?.noReturn === k && h("small", { class: "mark bad" }, "◄ point of no return")),
        h("span", { class: "share" }, parts[k] ? percent(parts[k]) : "")
      )
    );
    return panel(
      "steps",
      view2.isMain ? "Steps of the shortest violation" : "Steps of your branch",
      h("ol", { "data-scroll": "steps" }, rows.map(item)),
      parts[0] && h("p", { class: "legend" }, `Right: the share of the schedules that go on from there which violate ${view2.data.subject.invariant}.`)
    );
  }
  function next(view2) {
    const { graph, scenario, rows, cursor, take } = view2;
    const here = rows[cursor];
    const choices = graph.choices(here.state);
    const end = graph.state(here.state).end;
    const met = (facts) => ((here.met | facts) & harmOf(view2)) !== 0;
    const button = (choice, k) => {
      const tell = graph.tell(choice.tell);
      const future = graph.future(choice.target);
      const whole = future && { may: future.may | choice.facts, must: future.must | choice.facts };
      const mark2 = badge(whole, view2.data.facts, share(graph.onward(choice.target), met(choice.facts)), met(0));
      const chosen = rows[cursor + 1]?.event === choice.event;
      return h("li", {}, h(
        "button",
        { "data-key": `next${k}`, class: chosen ? "chosen" : "", on: { click: () => take(choice.event) } },
        k < 9 && h("kbd", { "aria-hidden": "true" }, String(k + 1)),
        h("span", { class: "what" }, named(`${actor({ tell, event: choice.event }, scenario)} ${deed(tell)}`, scenario), tell.cancel && h("small", {}, place(tell))),
        h("span", { class: `badge ${mark2.kind}` }, mark2.text)
      ));
    };
    return panel(
      "next",
      "Next: what if…",
      choices.length > 0 && h("ol", {}, choices.map(button)),
      end && h("p", {}, choices.length ? "Or the schedule ends here." : h("b", {}, "End of the schedule."), " ", end.findings.map((text2) => h("small", { class: "warn" }, named(text2, scenario)))),
      !graph.open(here.state) && h("p", { class: "warn" }, view2.design.rung),
      waiting(view2)
    );
  }
  function waiting(view2) {
    const { graph, rows, cursor, scenario } = view2;
    const able2 = new Set(graph.choices(rows[cursor].state).filter((each) => !each.event.startsWith("!")).map((each) => each.event.replace(/~\d*$/, "")));
    const idle = graph.state(rows[cursor].state).frames.filter((frame) => !able2.has(frame.name) && frame.posture !== "has ended");
    return idle.length > 0 && h("p", { class: "legend" }, "Not now: ", idle.map((frame, i) => [i > 0 && ", ", named(`${scenario.tasks[frame.task].symbol}${frame.name} ${frame.posture}`, scenario)]));
  }
  function state(view2) {
    const { graph, rows, cursor, scenario } = view2;
    const now2 = graph.state(rows[cursor].state);
    const before = cursor > 0 ? graph.state(rows[cursor - 1].state) : null;
    const names = (items2) => items2.length ? items2.map((each) => `${scenario.tasks[each.task]?.symbol ?? "○"} ${each.text}`).join(", ") : "–";
    const line = (label, text2, old) => h("div", { class: old !== void 0 && old !== text2 ? "changed" : "" }, h("dt", {}, label), h("dd", {}, text2));
    const connection2 = (c, i) => {
      const old = before?.connections[i];
      if (!c.created) return line(`c${c.number}`, "not made", old && (old.created ? "" : "not made"));
      const words2 = (v) => !v.created ? "not made" : `${v.connected ? "" : "closed"}${v.idle ? " in the pool" : " in use"}`.trim();
      return [
        line(`c${c.number}`, words2(c), old && words2(old)),
        line("asked", names(c.requests), old && names(old.requests)),
        c.held.length ? line("waits at the server", names(c.held), old && names(old.held)) : [],
        line("on the wire", names([...c.wire, ...c.kernel]), old && names([...old.wire, ...old.kernel])),
        line("in the buffer", names(c.stream), old && names(old.stream))
      ];
    };
    const frame = (f) => line(
      `${scenario.tasks[f.task].symbol}${f.name}`,
      `${f.posture}${f.line ? ` (${f.line.procedure}:${f.line.line})` : ""}`,
      before && (({ posture, line: at }) => `${posture}${at ? ` (${at.procedure}:${at.line})` : ""}`)(before.frames.find((each) => each.name === f.name) ?? { posture: "" })
    );
    return panel("state", "State", h("dl", {}, now2.frames.map(frame), now2.connections.map(connection2)), before && h("p", { class: "legend" }, "Marked: changed by this step."));
  }
  function listing(view2) {
    const { graph, design, rows, cursor, scenario } = view2;
    const frames = graph.state(rows[cursor].state).frames.filter((frame) => frame.line);
    const tell = rows[cursor].tell;
    const told = tell?.cancel ? tell.line : null;
    const reads = tell?.acts.filter((act) => act.name === "receive" && act.item >= 0 && act.item !== tell.task) ?? [];
    const here = (name) => [...frames, ...reads].some((each) => each.line.procedure === name) || told?.procedure === name;
    const rank = (each) => here(each.procedure) ? 0 : 1;
    const shown = [...design.listings].sort((a, b) => rank(a) - rank(b));
    const lines = (each) => h("ol", { class: "listing" }, each.lines.map((text2, i) => {
      const at = frames.filter((frame) => frame.line.procedure === each.procedure && frame.line.line === i + 1);
      const cancelled = told?.procedure === each.procedure && told.line === i + 1;
      const wrong = reads.filter((act) => act.line.procedure === each.procedure && act.line.line === i + 1);
      return h(
        "li",
        { class: cancelled || wrong.length ? "told" : at.length ? "at" : "" },
        h("code", {}, text2),
        each.cancels.includes(i + 1) && h("span", { class: "here", title: "a cancel may land here" }, "✗"),
        at.map((frame) => h("b", { class: `o${frame.task}` }, ` ◀ ${scenario.tasks[frame.task].symbol}${frame.name}`)),
        cancelled && h("span", { class: "remark" }, "← the cancel landed here"),
        wrong.map((act) => h("span", { class: "remark" }, "← ", named(`${scenario.tasks[tell.task].symbol}${scenario.tasks[tell.task].id} reads what is ${scenario.tasks[act.item].symbol}${scenario.tasks[act.item].id}'s`, scenario)))
      );
    }));
    const example = told ?? frames[0]?.line ?? reads[0]?.line;
    return panel(
      "code",
      `Listing of ${design.id}`,
      example && h("p", { class: "legend" }, "A place such as ", h("code", {}, `${example.procedure}:${example.line}`), " is a line of this listing, the pseudo-code of the model; it is not a line of the client's own source file."),
      h(
        "div",
        { class: "scroll", "data-scroll": "code", tabindex: "0", role: "region", "aria-label": "Listing" },
        shown.map((each) => h("details", { open: here(each.procedure) || shown.length < 3 }, h("summary", {}, h("code", {}, each.procedure), h("small", {}, ` written in ${each.origin}`)), lines(each)))
      )
    );
  }
  function curve(view2) {
    const parts = shares(view2);
    if (!parts[0]) return null;
    const chances = view2.design.extras?.numbers?.states;
    const W = 420, H = 150, left = 44, bottom = 24, top = 10;
    const n = Math.max(1, parts.length - 1);
    const x = (k) => left + k * (W - left - 14) / n;
    const y = (value) => top + (1 - value) * (H - top - bottom);
    const values = parts.map(([part, all]) => all ? Number(part * 10000n / all) / 1e4 : 0);
    const chance = chances && view2.rows.map((row) => fraction((row.met & harmOf(view2)) !== 0 ? "1" : chances[row.state]));
    const line = (series, kind) => [
      svg("polyline", { class: kind, points: series.map((v, k) => `${x(k)},${y(v)}`).join(" ") }),
      series.map((v, k) => svg("circle", { class: k === view2.cursor ? `${kind} on` : kind, cx: x(k), cy: y(v), r: k === view2.cursor ? 6 : 3.5 }))
    ];
    const turning = turn(view2);
    return panel(
      "chance",
      "How close it was",
      svg(
        "svg",
        { viewBox: `0 0 ${W} ${H}`, class: "chart", role: "img", "aria-label": `Share of harmful schedules after each step: ${parts.map((each) => percent(each)).join(", ")}` },
        [0, 0.5, 1].map((v) => [svg("line", { class: "grid", x1: left, x2: W - 14, y1: y(v), y2: y(v) }), svg("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end" }, `${v * 100} %`)]),
        turning && ["lastSafe", "noReturn"].map((at) => svg("line", { class: at === "lastSafe" ? "turn safe" : "turn gone", x1: x(turning[at]), x2: x(turning[at]), y1: top, y2: H - bottom })),
        line(values, "share"),
        chance && line(chance, "chance"),
        view2.rows.map((_, k) => [svg("text", { x: x(k), y: H - 6, "text-anchor": "middle" }, String(k)), svg("rect", { class: "hit", x: x(k) - 10, y: 0, width: 20, height: H, on: { click: () => view2.go(k) } })])
      ),
      h("p", { class: "legend" }, h("span", { class: "key share" }), " share of schedules", chance && [" ", h("span", { class: "key chance" }), ` probability (${view2.design.extras.numbers.scheduler})`], turning && `; dashed: the last safe choice, ${turning.lastSafe ? `after step ${turning.lastSafe}` : "at the start"}, and the point of no return, step ${turning.noReturn}`)
    );
  }
  function fraction(text2) {
    const [a, b = "1"] = text2.split("/");
    return Number(BigInt(a) * 10000n / BigInt(b)) / 1e4;
  }

  // src/rate.js
  function decimal(text2) {
    const [over, under = "1"] = text2.split("/");
    const spare = Math.max(0, Math.max(over.length, under.length) - 300);
    return Number(over.slice(0, Math.max(0, over.length - spare)) || "0") / Number(under.slice(0, Math.max(0, under.length - spare)) || "0");
  }
  function rateAt(terms, p) {
    return terms.reduce((sum, term) => sum + decimal(term.coefficient) * p ** term.p * (1 - p) ** term.q, 0);
  }
  var runsFor = (chance) => chance <= 0 ? Infinity : chance >= 1 ? 1 : Math.max(1, Math.ceil(Math.log(0.05) / Math.log1p(-chance)));
  var short = (number) => number === 0 ? "0" : number >= 1e-3 ? String(Number(number.toPrecision(3))) : number.toExponential(2).replace("e-", " · 10^-");
  function words(rate, outcome) {
    const p = 10 ** rate.slider;
    const chance = rateAt(rate.terms, p);
    const runs = runsFor(chance);
    return [
      h("b", {}, `rate ${short(p)}`),
      `: a schedule ends in ${outcome} with probability `,
      h("b", {}, short(chance)),
      chance > 0 && chance < 1 ? `, about one of ${Math.round(1 / chance).toLocaleString("en")}; ${Number.isFinite(runs) ? runs.toLocaleString("en") : "no"} runs see it once with 95 % chance.` : "."
    ];
  }
  function rateSlider(place2, numbers) {
    if (!place2 || !numbers?.rate?.terms?.length) return;
    const rate = { terms: numbers.rate.terms, slider: -2 };
    const told = h("output", { for: "rate-slider", "aria-live": "polite" }, words(rate, numbers.outcome));
    const slider = h("input", { id: "rate-slider", type: "range", min: "-6", max: "0", step: "0.05", ".value": String(rate.slider), "aria-valuetext": "rate 0.01" });
    slider.addEventListener("input", () => {
      rate.slider = Number(slider.value);
      slider.setAttribute("aria-valuetext", `rate ${short(10 ** rate.slider)}`);
      replace(told, words(rate, numbers.outcome));
    });
    replace(place2, h("label", { for: "rate-slider" }, "Rate of cancels, from one in a million to each time"), slider, h("p", {}, told));
  }

  // src/main.js
  var data = JSON.parse(document.getElementById("data").textContent);
  var root = document.getElementById("explorer");
  var graphs = data.designs.map((each) => each.graph && new Graph(each.graph, data.texts));
  var able = data.designs.map((_, i) => i).filter((i) => graphs[i]);
  var stored = { get: (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  }, set: (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
    }
  } };
  function toldSchedule(design) {
    if (design === data.subject.design && data.subject.schedule) return parse(data.subject.schedule);
    const verdicts = data.designs[design].verdicts.filter((each) => each.schedule);
    const same = verdicts.find((each) => each.invariant === data.subject.invariant) ?? verdicts[0];
    return same ? parse(same.schedule) : data.subject.schedule ? parse(data.subject.schedule) : [];
  }
  function companion(design) {
    const { mended } = data.subject;
    if (mended !== null && mended !== design && able.includes(mended)) return mended;
    const holds = (i) => data.designs[i].verdicts.find((each) => each.invariant === data.subject.invariant)?.verdict === "holds";
    return able.find((i) => i !== design && holds(i)) ?? -1;
  }
  var now = { a: able.includes(data.subject.design) ? data.subject.design : able[0], b: -1, events: [], step: 0, forks: [], playing: 0, shortcuts: stored.get("interleak.shortcuts") !== "off" };
  function reset(design) {
    Object.assign(now, { a: design, events: toldSchedule(design), step: 0, forks: [] });
    if (now.b === design) now.b = companion(design);
  }
  function readAddress() {
    const hash = location.hash.slice(1);
    if (!/(^|&)[sdb]=/.test(hash)) return;
    const wanted = new URLSearchParams(hash);
    const named2 = (id) => able.find((i) => data.designs[i].id === id || data.designs[i].id.endsWith(id));
    const a = wanted.get("d") ? named2(wanted.get("d")) : now.a;
    if (a !== void 0) reset(a);
    if (wanted.has("b")) now.b = wanted.get("b") === "" ? -1 : named2(wanted.get("b")) ?? now.b;
    const events2 = wanted.get("s") !== null ? parse(wanted.get("s")) : null;
    if (events2) now.events = events2;
    const step = Number(wanted.get("step") ?? now.events.length);
    now.step = Number.isInteger(step) ? Math.max(0, Math.min(step, now.events.length)) : 0;
  }
  var address = () => {
    const parts = [["d", data.designs[now.a].id], ["b", now.b < 0 ? "" : data.designs[now.b].id], ["s", format(now.events)], ["step", String(now.step)]];
    return `#${parts.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%20", "+").replaceAll("%2F", "/").replaceAll("%21", "!")}`).join("&")}`;
  };
  function changed(change) {
    Object.assign(now, change);
    try {
      history.replaceState(null, "", address());
    } catch {
    }
    draw2();
  }
  var doings = {
    go: (step) => changed({ step: Math.max(0, Math.min(step, now.events.length)) }),
    by: (steps2) => doings.go(now.step + steps2),
    take(event) {
      if (now.events[now.step] === event) return doings.by(1);
      const events2 = [...now.events.slice(0, now.step), event];
      const leaves = now.step < now.events.length;
      changed({ events: events2, step: events2.length, forks: [...now.forks.filter((at) => at < now.step), ...leaves ? [now.step] : []] });
    },
    choose(number) {
      const choice = view().graph.choices(view().rows[now.step].state)[number - 1];
      if (choice) doings.take(choice.event);
    },
    main() {
      reset(now.a);
      changed({});
    },
    backTo(fork) {
      changed({ events: now.events.slice(0, fork), step: fork, forks: now.forks.filter((at) => at < fork) });
    },
    jump(target) {
      const events2 = view().graph.pathTo(target);
      if (events2) changed({ events: events2, step: events2.length, forks: [0] });
    },
    design(index) {
      reset(index);
      changed({});
    },
    beside(index) {
      changed({ b: index });
    },
    otherBeside() {
      const others = [...able.filter((i) => i !== now.a), -1];
      doings.beside(others[(others.indexOf(now.b) + 1) % others.length]);
    },
    toHarm() {
      const at = view().rows.findIndex((row) => (row.met & data.subject.facts) !== 0);
      doings.go(at < 0 ? now.events.length : at);
    },
    toLastSafe() {
      const at = turn(view());
      if (at) doings.go(at.lastSafe);
    },
    toNoReturn() {
      const at = turn(view());
      if (at) doings.go(at.noReturn);
    },
    /** From a reply that is read back to the step that asked for it. */
    toRequest() {
      const { rows } = view();
      const read = rows[now.step].tell?.acts.find((act) => act.name === "receive");
      if (!read) return;
      for (let k = now.step - 1; k > 0; --k) {
        if (rows[k].tell?.task === read.item && rows[k].tell.acts.some((act) => act.name === "send" && act.connection === read.connection)) return doings.go(k);
      }
    },
    play() {
      clearInterval(now.playing);
      if (now.playing) return changed({ playing: 0 });
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return doings.go(now.events.length);
      if (now.step === now.events.length) now.step = 0;
      const playing = setInterval(() => {
        if (now.step >= now.events.length) {
          clearInterval(playing);
          return changed({ playing: 0 });
        }
        doings.by(1);
      }, 900);
      changed({ playing });
    },
    theme() {
      const order = ["auto", "light", "dark"];
      const theme = order[(order.indexOf(document.documentElement.dataset.theme ?? "auto") + 1) % 3];
      document.documentElement.dataset.theme = theme;
      stored.set("interleak.theme", theme);
      draw2();
    },
    copy: () => show("Copy", copyForm()),
    help: () => show("Keys", helpForm())
  };
  function show(title, content) {
    document.getElementById("dialog")?.remove();
    const dialog = h(
      "dialog",
      { id: "dialog", "aria-label": title, on: { close: () => dialog.remove() } },
      h("form", { method: "dialog" }, h("h3", {}, title), h("button", { class: "close", "aria-label": "Close" }, "✕")),
      content
    );
    document.body.append(dialog);
    dialog.showModal();
  }
  function copyForm() {
    const shown = view();
    const forms = [["Text", asText(shown)], ["Mermaid", asMermaid(shown)], ["JSON", asJson(shown)], ["Schedule", `${format(now.events)}
`], ["Command", `${replayCommand(shown)}
`], ["Address", `${address()}
`]];
    const area = h("textarea", { "aria-label": "Text to copy", rows: 14, readonly: true });
    const put = (text2) => {
      area.value = text2;
      area.select();
    };
    put(forms[0][1]);
    return [h(
      "p",
      { class: "choices" },
      forms.map(([name, text2]) => h("button", { on: { click: () => put(text2) } }, name)),
      h("button", { class: "strong", on: { click: (event) => {
        area.select();
        navigator.clipboard?.writeText(area.value).then(() => {
          event.target.textContent = "Copied";
        }, () => {
          event.target.textContent = "Press Ctrl+C";
        });
      } } }, "Copy")
    ), area];
  }
  function helpForm() {
    const box2 = h("input", { type: "checkbox", ".checked": now.shortcuts, on: { change: (event) => {
      now.shortcuts = event.target.checked;
      stored.set("interleak.shortcuts", now.shortcuts ? "on" : "off");
    } } });
    return [h("table", {}, KEYS.map(([key, does]) => h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, key)), h("td", {}, does)))), h("label", {}, box2, " use these keys")];
  }
  function view() {
    const graph = graphs[now.a];
    const rows = follow(graph, now.events);
    const told = format(now.events) === format(toldSchedule(now.a));
    return { ...doings, data, scenario: data.scenario, outcomes: data.outcomes, design: data.designs[now.a], graph, rows, cursor: now.step, isMain: told && now.events.length > 0 };
  }
  function partAt(one, other) {
    const seen = ({ graph, rows }, k) => JSON.stringify([rows[k].skipped ?? "", rows[k].tell && deed(rows[k].tell), graph.state(rows[k].state).connections]);
    return one.rows.findIndex((_, k) => k > 0 && seen(one, k) !== seen(other, k));
  }
  var futureBadge = (graph, row) => badge(graph.future(row.state), data.facts, share(graph.onward(row.state), (row.met & data.subject.facts) !== 0));
  function laneBox(shown, design, apart) {
    const { graph, rows } = shown;
    const mark2 = futureBadge(graph, rows[now.step]);
    const harmed = data.facts.find(([, bit]) => bit & rows[now.step].met & data.subject.facts);
    return h(
      "section",
      { class: "panel lanebox", "aria-label": `Lanes of ${design.id}` },
      h(
        "h3",
        {},
        design.id,
        " ",
        harmed ? h("span", { class: "badge bad" }, `✗ ${harmed[0]}`) : h("span", { class: `badge ${mark2.kind}` }, mark2.text)
      ),
      h("div", { class: "scroll", "data-scroll": `lanes${design.id}`, tabindex: "0", role: "region", "aria-label": "Lanes" }, lanes(graph, rows, { scenario: data.scenario, outcomes: data.outcomes, cursor: now.step, go: doings.go, apart, label: design.id })),
      absent(graph, rows)
    );
  }
  function absent(graph, rows) {
    const out = leftOut(graph, rows, data.scenario);
    return out.length > 0 && h("p", { class: "legend" }, `${out.join(", ")} ${out.length > 1 ? "take" : "takes"} no part here.`);
  }
  function besideBox(shown) {
    if (now.b < 0) return null;
    const other = { graph: graphs[now.b], rows: follow(graphs[now.b], now.events) };
    const apart = partAt(shown, other);
    return [
      laneBox(shown, shown.design, apart),
      laneBox(other, data.designs[now.b], apart),
      h("p", { class: "legend wide", id: "apart" }, apart > 0 ? `They part at step ${apart}. ` : "They do the same on this schedule. ", "The same schedule under both: an event that is not possible in one is skipped there, and it goes on with the next; after three such events it stops.")
    ];
  }
  function toolbar(shown) {
    const option = (i, chosen) => h("option", { value: String(i), selected: i === chosen }, data.designs[i].id);
    const pick = (label, key, chosen, list, use) => h("label", {}, label, " ", h("select", { "data-key": key, on: { change: (event) => use(Number(event.target.value)) } }, list));
    const button = (key, text2, label, use, off) => h("button", { "data-key": key, title: label, "aria-label": label, disabled: off, on: { click: use } }, text2);
    const end = now.step >= now.events.length;
    return h(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": "Explorer" },
      pick("design", "pick-a", now.a, able.map((i) => option(i, now.a)), doings.design),
      able.length > 1 && pick("beside", "pick-b", now.b, [h("option", { value: "-1", selected: now.b < 0 }, "no other"), able.filter((i) => i !== now.a).map((i) => option(i, now.b))], doings.beside),
      h(
        "span",
        { class: "group" },
        button("first", "|◀", "To the start", () => doings.go(0), now.step === 0),
        button("back", "◀", "One step back", () => doings.by(-1), now.step === 0),
        h("output", { class: "where" }, `step ${now.step} of ${now.events.length}`),
        button("on", "▶", "One step on", () => doings.by(1), end),
        button("last", "▶|", "To the end", () => doings.go(now.events.length), end),
        button("play", now.playing ? "Pause" : "Play", now.playing ? "Pause" : "Play", doings.play, now.events.length === 0)
      ),
      h("span", { class: "group" }, button("copy", "Copy…", "Copy as text, Mermaid, JSON", doings.copy), button("theme", "◐", `Theme: ${document.documentElement.dataset.theme ?? "auto"}`, doings.theme), button("help", "?", "Keys", doings.help)),
      trail(shown)
    );
  }
  function trail(shown) {
    if (shown.isMain && !now.forks.length) return null;
    const told = toldSchedule(now.a);
    return h(
      "nav",
      { class: "trail", "aria-label": "Branches" },
      h("button", { "data-key": "main", on: { click: doings.main } }, told.length ? "↩ shortest violation" : "↩ start"),
      now.forks.map((at) => [" ▸ ", h("button", { "data-key": `fork${at}`, on: { click: () => doings.backTo(at) } }, `branch after ${at}`)])
    );
  }
  function announce(shown) {
    const row = shown.rows[now.step];
    const what = now.step === 0 ? "The start" : row.skipped ? `${row.event} ${row.skipped}` : `${actor(row, data.scenario)} ${deed(row.tell)}`;
    const choices = shown.graph.choices(row.state).length;
    live.textContent = `Step ${now.step} of ${now.events.length}. ${what}. ${futureBadge(shown.graph, row).text}. ${choices} ${choices === 1 ? "choice" : "choices"}.`;
  }
  var board = h("div", { class: "board" });
  var live = h("p", { class: "unseen", "aria-live": "polite", id: "live" });
  function draw2() {
    const shown = view();
    const focused = root.contains(document.activeElement);
    const lanesOf = now.b < 0 ? laneBox(shown, shown.design, -1) : besideBox(shown);
    replace(board, toolbar(shown), steps(shown), h("div", { class: `lanesgrid${now.b < 0 ? "" : " two"}` }, lanesOf), h("div", { class: "side" }, next(shown), state(shown)), listing(shown), h("div", { class: "under" }, curve(shown), map(shown)));
    showIn(board.querySelector(".steps ol"), board.querySelector(".steps [aria-current]"));
    if (focused && !root.contains(document.activeElement)) root.focus({ preventScroll: true });
    announce(shown);
  }
  async function check() {
    const places = [...document.querySelectorAll(".digest")];
    for (const graph of graphs) {
      if (!graph?.json.digest) continue;
      const place2 = places.find((each) => each.textContent === graph.json.digest && !each.dataset.page);
      await new Promise((soon) => {
        setTimeout(soon);
      });
      const own = await digest(graph);
      if (!place2 || own === void 0) continue;
      place2.dataset.page = own;
      place2.after(own === graph.json.digest ? " ✓ this page steps through the same states" : ` ✗ this page has others: ${own}`);
    }
  }
  function closeForReading() {
    for (const each of document.querySelectorAll("details.design, details.design details")) each.open = false;
    addEventListener("beforeprint", () => {
      for (const each of document.querySelectorAll("details")) each.open = true;
    });
  }
  function followLinks() {
    document.getElementById("curve")?.addEventListener("click", (event) => {
      const { step } = event.target.dataset;
      if (step === void 0 || !able.includes(data.subject.design)) return;
      reset(data.subject.design);
      doings.go(Number(step));
      root.scrollIntoView({ block: "start" });
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.('a[href^="#"]');
      if (!link) return;
      const step = /^#step-(\d+)$/.exec(link.getAttribute("href"));
      const design = /^#design-(\d+)$/.exec(link.getAttribute("href"));
      if (design) document.getElementById(`design-${design[1]}`).open = true;
      if (!step || now.a !== data.subject.design) return;
      event.preventDefault();
      reset(now.a);
      doings.go(Number(step[1]));
      root.scrollIntoView({ block: "start" });
    });
  }
  function begin() {
    const theme = stored.get("interleak.theme");
    if (["light", "dark"].includes(theme)) document.documentElement.dataset.theme = theme;
    closeForReading();
    followLinks();
    if (!able.length) {
      root.append(h("p", { class: "warn" }, data.designs[0].rung));
      return;
    }
    document.documentElement.classList.add("live");
    if (data.designs[data.subject.design].extras?.numbers) document.getElementById("curve")?.classList.add("keep");
    rateSlider(document.getElementById("rate-at"), data.designs[data.subject.design].extras?.numbers);
    now.b = companion(now.a);
    reset(now.a);
    if (data.subject.schedule) now.step = Math.max(0, turn(view())?.lastSafe ?? 0);
    readAddress();
    root.append(h("section", { "aria-labelledby": "h-explorer" }, h("h2", { id: "h-explorer" }, "Step through it"), h("p", { class: "legend keyline" }, "Click here, then ", h("kbd", {}, "←"), " ", h("kbd", {}, "→"), " step · ", h("kbd", {}, "1"), "…", h("kbd", {}, "9"), " take another branch · ", h("kbd", {}, "Esc"), " back · ", h("kbd", {}, "?"), " all keys"), board, live));
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    root.setAttribute("aria-labelledby", "h-explorer");
    draw2();
    keys(root, doings, () => now.shortcuts);
    addEventListener("hashchange", () => {
      readAddress();
      draw2();
      if (document.activeElement?.matches("a.opens")) root.scrollIntoView({ block: "start" });
    });
    check();
  }
  begin();
})();
