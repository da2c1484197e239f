// The lanes: time runs down; a lane a task, the two queues of each connection, one for the servers.
import { svg } from './dom.js';
import { sentence } from './words.js';

const ROW = 44, TOP = 46, TASK = 92, TOKEN = 19, SERVER = 70, NUMBER = 34;

/** Where everything stands. Who takes no part in these rows is left out: tasks that do nothing and of which nothing
 * lies in a queue, connections on which nothing ever changes. */
function measure(graph, rows, scenario) {
  const states = rows.map((row) => graph.state(row.state));
  const most = (c, pick) => Math.max(1, ...states.map((state) => pick(state.connections[c])));
  let x = NUMBER;
  const tasks = new Map();
  for (const t of tasksTakingPart(rows, states, scenario)) { x += TASK; tasks.set(t, x - TASK / 2); }
  const connections = new Map();
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

const queued = (c) => [...c.requests, ...c.held, ...c.wire, ...c.kernel, ...c.stream];

function tasksTakingPart(rows, states, scenario) {
  const part = new Set();
  for (const { tell } of rows) {
    if (tell?.task >= 0) part.add(tell.task);
    for (const each of tell?.outcomes ?? []) part.add(each.task).add(each.from);
  }
  for (const state of states) for (const c of state.connections) for (const item of queued(c)) part.add(item.task);
  const all = scenario.tasks.map((_, t) => t);
  return rows.length > 1 ? all.filter((t) => part.has(t)) : all;
}

function connectionsTakingPart(states) {
  const all = states[0].connections.map((_, c) => c).filter((c) => states.some((state) => state.connections[c].created));
  const seen = (c) => new Set(states.map((state) => JSON.stringify(state.connections[c]))).size;
  const busy = all.filter((c) => seen(c) > 1 || queued(states[0].connections[c]).length > 0);
  return busy.length ? busy : all;
}

/** "carol, c2": who is not drawn. */
export function leftOut(graph, rows, scenario) {
  const { states, tasks, connections } = measure(graph, rows, scenario);
  const made = states[0].connections.map((_, c) => c).filter((c) => states.some((state) => state.connections[c].created));
  return [...scenario.tasks.filter((_, t) => !tasks.has(t)).map((task) => `${task.symbol}${task.id}`), ...made.filter((c) => !connections.has(c)).map((c) => `c${c + 1}`)];
}

const text = (x, y, words, attributes = {}) => svg('text', { x, y, 'text-anchor': 'middle', ...attributes }, words);
const arrow = (x1, x2, y, kind) => [
  svg('line', { x1, x2: x2 + (x1 < x2 ? -7 : 7), y1: y, y2: y, class: `wire ${kind}` }),
  svg('path', { d: x1 < x2 ? `M${x2} ${y}l-9 -5v10z` : `M${x2} ${y}l9 -5v10z`, class: `head ${kind}` }),
];

function token(x, y, item, scenario) {
  const task = scenario.tasks[item.task];
  return svg('g', { class: task ? `o${item.task}` : 'nobody' },
    svg('title', {}, item.text),
    text(x, y + 5, task ? task.symbol : '○', { class: 'token' }));
}

function box(place, y, items, scenario, kind, bar) {
  const shapes = [svg('rect', { x: place.left, y: y - 11, width: place.width, height: 22, rx: 5, class: `queue ${kind}` })];
  let x = place.left + 15;
  items.forEach((item, i) => {
    if (i === bar) x += 8;
    shapes.push(token(x, y, item, scenario));
    x += TOKEN;
  });
  if (bar !== undefined) {
    const at = place.left + 9 + bar * TOKEN + (items.length ? 1 : 6);
    shapes.push(svg('line', { x1: at, x2: at, y1: y - 8, y2: y + 8, class: 'bar' }));
  }
  return shapes;
}

function connection(view, place, y, scenario) {
  if (!view.created || (!view.connected && !view.requests.length)) {
    const middle = (place.asked.left + place.owed.left + place.owed.width) / 2;
    return [text(middle, y + 4, view.created ? 'closed' : 'not made', { class: 'faint' })];
  }
  const owes = view.requests.length + view.held.length + view.wire.length + view.kernel.length + view.stream.length;
  const kind = view.idle ? (owes ? 'dirty' : 'idle') : 'busy';
  const wire = [...view.held, ...view.wire, ...view.kernel];
  return [box(place.asked, y, view.requests, scenario, kind), box(place.owed, y, [...wire, ...view.stream], scenario, kind, wire.length)];
}

function drawn(row, layout, y, scenario, outcomes) {
  const { tell } = row;
  const shapes = [];
  const number = Number(/\.(\d+)/.exec(row.event)?.[1] ?? 0);
  const c = layout.connections.get(number - 1);
  if (tell.task < 0) {
    if (!c) return shapes;
    if (row.event.startsWith('sil')) shapes.push(text(layout.server, y + 5, '✕ silent', { class: 'warn small' }));
    else if (row.event.startsWith('srv') || row.event.startsWith('psh')) shapes.push(arrow(layout.server, c.owed.left + c.owed.width / 2, y, 'plain'));
    else shapes.push(arrow(c.owed.left + 6, c.owed.left + c.owed.width - 6, y, 'plain'));
    return shapes;
  }
  const x = layout.tasks.get(tell.task);
  const own = `o${tell.task}`;
  let mark = null;
  for (const act of tell.acts) {
    const place = layout.connections.get(act.connection - 1);
    if (!place) continue;
    if (act.name === 'send') shapes.push(arrow(x, place.asked.left + 4, y, own));
    if (act.name === 'receive' || act.name === 'discard') {
      const wrong = act.name === 'receive' && act.item >= 0 && act.item !== tell.task;
      shapes.push(arrow(place.owed.left, x + (wrong ? 36 : 8), y, wrong ? 'bad' : own));
    }
    if (act.name === 'close') shapes.push(text(place.asked.left + place.asked.width / 2, y + 5, '✕ closed', { class: 'warn small' }));
  }
  const leak = tell.outcomes.find((each) => outcomes[each.outcome] === 'leak');
  if (leak) mark = [`LEAK ${scenario.tasks[leak.from]?.symbol ?? ''}`, 'bad'];
  else if (tell.cancel) mark = ['✗ cancel', 'warn'];
  if (mark) {
    const width = mark[0].length * 7 + 14;
    shapes.push(svg('rect', { x: x - width / 2, y: y - 10, width, height: 20, rx: 10, class: `pill ${mark[1]}` }), text(x, y + 4, mark[0], { class: `pilltext ${mark[1]}` }));
  } else {
    shapes.push(svg('circle', { cx: x, cy: y, r: 5, class: `dot ${own}` }));
  }
  return shapes;
}

function heads(layout, scenario) {
  const shapes = [...layout.tasks].map(([t, x]) => text(x, 20, `${scenario.tasks[t].symbol}${clip(scenario.tasks[t].id)}`, { class: `o${t} headname` }));
  for (const [c, place] of layout.connections) {
    shapes.push(text((place.asked.left + place.owed.left + place.owed.width) / 2, 14, `c${c + 1}`, { class: 'headname' }));
    shapes.push(text(place.asked.left + place.asked.width / 2, 30, 'asked', { class: 'faint small' }));
    shapes.push(text(place.owed.left + place.owed.width / 2, 30, 'wire | buffer', { class: 'faint small' }));
  }
  return [...shapes, text(layout.server, 20, 'server', { class: 'headname' })];
}

const clip = (name) => (name.length > 11 ? `${name.slice(0, 10)}…` : name);

/** The picture; `go(step)` is called where a row is clicked. `apart`: the row where another design parts. */
export function lanes(graph, rows, { scenario, outcomes, cursor, go, apart, label }) {
  const layout = measure(graph, rows, scenario);
  const height = TOP + rows.length * ROW;
  const shapes = [heads(layout, scenario)];
  for (const x of [...layout.tasks.values(), layout.server]) shapes.push(svg('line', { x1: x, x2: x, y1: TOP - 8, y2: height - 8, class: 'lane' }));
  rows.forEach((row, k) => {
    const y = TOP + k * ROW;
    if (k === cursor) shapes.push(svg('rect', { x: 2, y: y - 4, width: layout.width - 4, height: ROW - 2, rx: 6, class: 'now' }));
    shapes.push(text(14, y + 24, String(k), { class: k === cursor ? 'number on' : 'number' }));
    if (k === apart) {
      shapes.push(svg('line', { x1: 0, x2: layout.width, y1: y - 6, y2: y - 6, class: 'apart' }));
    }
    for (const [c, place] of layout.connections) shapes.push(connection(layout.states[k].connections[c], place, y + 10, scenario));
    if (row.skipped) shapes.push(text([...layout.tasks.values()].at(-1), y + 28, `${row.event}: ${row.skipped}`, { class: 'faint small' }));
    else if (row.tell) shapes.push(drawn(row, layout, y + 27, scenario, outcomes));
    shapes.push(svg('rect', { x: 0, y: y - 6, width: layout.width, height: ROW, class: 'hit', on: { click: () => go(k) } }));
  });
  const words = rows.slice(1).map((row, k) => `${k + 1}. ${sentence(row, scenario, outcomes)}`).join('. ');
  return svg('svg', { viewBox: `0 0 ${layout.width} ${height}`, class: `lanes w${Math.min(9, Math.ceil(layout.width / 120))}`, role: 'img', 'aria-label': `${label}. ${words}` }, ...shapes);
}
