// The panels of the explorer, each a function from the view to elements.
import { badge, percent, share } from './badge.js';
import { h, svg } from './dom.js';
import { actor, deed, named, place, results } from './words.js';

const panel = (id, title, ...children) => h('section', { class: `panel ${id}`, 'aria-label': title }, h('h3', {}, title), ...children);
const harmOf = (view) => view.data.subject.facts;

/** How much of what goes on from each row is harmful: [part, all], or null. */
export function shares(view, graph = view.graph, rows = view.rows) {
  return rows.map((row) => share(graph.onward(row.state), (row.met & harmOf(view)) !== 0));
}

/** Where harm became certain, and the last row before: {lastSafe, noReturn}, or null. */
export function turn(view) {
  const certain = view.rows.map((row) => {
    const future = view.graph.future(row.state);
    return future ? ((row.met | future.must) & harmOf(view)) !== 0 : false;
  });
  const noReturn = certain.indexOf(true);
  return noReturn > 0 ? { noReturn, lastSafe: noReturn - 1 } : null;
}

export function steps(view) {
  const { rows, scenario, cursor, go } = view;
  const parts = shares(view);
  const turning = turn(view);
  const item = (row, k) => h('li', {},
    h('button', { 'data-key': `step${k}`, 'aria-current': k === cursor ? 'step' : undefined, class: row.tell?.cancel ? 'cancel' : '', on: { click: () => go(k) } },
      h('span', { class: 'n' }, String(k)),
      h('span', { class: 'what' }, k === 0 ? 'the start' : row.skipped ? h('i', {}, `${row.event}: ${row.skipped}`) : [
        h('span', {}, named(`${actor(row, scenario)} ${deed(row.tell)}`, scenario)),
        row.tell.cancel && h('small', {}, place(row.tell)),
        results(row.tell, view.outcomes).map((each) => h('small', { class: each.kind }, named(each.text, scenario))),
      ], turning?.lastSafe === k && h('small', { class: 'mark' }, '◄ last safe choice'), turning?.noReturn === k && h('small', { class: 'mark bad' }, '◄ point of no return')),
      h('span', { class: 'share' }, parts[k] ? percent(parts[k]) : '')));
  return panel('steps', view.isMain ? 'Steps of the shortest violation' : 'Steps of your branch',
    h('ol', { 'data-scroll': 'steps' }, rows.map(item)),
    parts[0] && h('p', { class: 'legend' }, `Right: the share of the schedules that go on from there which violate ${view.data.subject.invariant}.`));
}

export function next(view) {
  const { graph, scenario, rows, cursor, take } = view;
  const here = rows[cursor];
  const choices = graph.choices(here.state);
  const end = graph.state(here.state).end;
  const met = (facts) => ((here.met | facts) & harmOf(view)) !== 0;
  const button = (choice, k) => {
    const tell = graph.tell(choice.tell);
    const future = graph.future(choice.target);
    const whole = future && { may: future.may | choice.facts, must: future.must | choice.facts };
    const mark = badge(whole, view.data.facts, share(graph.onward(choice.target), met(choice.facts)), met(0));
    const chosen = rows[cursor + 1]?.event === choice.event;
    return h('li', {}, h('button', { 'data-key': `next${k}`, class: chosen ? 'chosen' : '', on: { click: () => take(choice.event) } },
      k < 9 && h('kbd', { 'aria-hidden': 'true' }, String(k + 1)), h('span', { class: 'what' }, named(`${actor({ tell, event: choice.event }, scenario)} ${deed(tell)}`, scenario), tell.cancel && h('small', {}, place(tell))),
      h('span', { class: `badge ${mark.kind}` }, mark.text)));
  };
  return panel('next', 'Next: what if…',
    choices.length > 0 && h('ol', {}, choices.map(button)),
    end && h('p', {}, choices.length ? 'Or the schedule ends here.' : h('b', {}, 'End of the schedule.'), ' ', end.findings.map((text) => h('small', { class: 'warn' }, named(text, scenario)))),
    !graph.open(here.state) && h('p', { class: 'warn' }, view.design.rung),
    waiting(view));
}

/** Who can do nothing now, and why. */
function waiting(view) {
  const { graph, rows, cursor, scenario } = view;
  const able = new Set(graph.choices(rows[cursor].state).filter((each) => !each.event.startsWith('!')).map((each) => each.event.replace(/~\d*$/, '')));
  const idle = graph.state(rows[cursor].state).frames.filter((frame) => !able.has(frame.name) && frame.posture !== 'has ended');
  return idle.length > 0 && h('p', { class: 'legend' }, 'Not now: ', idle.map((frame, i) => [i > 0 && ', ', named(`${scenario.tasks[frame.task].symbol}${frame.name} ${frame.posture}`, scenario)]));
}

export function state(view) {
  const { graph, rows, cursor, scenario } = view;
  const now = graph.state(rows[cursor].state);
  const before = cursor > 0 ? graph.state(rows[cursor - 1].state) : null;
  const names = (items) => (items.length ? items.map((each) => `${scenario.tasks[each.task]?.symbol ?? '○'} ${each.text}`).join(', ') : '–');
  const line = (label, text, old) => h('div', { class: old !== undefined && old !== text ? 'changed' : '' }, h('dt', {}, label), h('dd', {}, text));
  const connection = (c, i) => {
    const old = before?.connections[i];
    if (!c.created) return line(`c${c.number}`, 'not made', old && (old.created ? '' : 'not made'));
    const words = (v) => (!v.created ? 'not made' : `${v.connected ? '' : 'closed'}${v.idle ? ' in the pool' : ' in use'}`.trim());
    return [
      line(`c${c.number}`, words(c), old && words(old)),
      line('asked', names(c.requests), old && names(old.requests)),
      c.held.length ? line('waits at the server', names(c.held), old && names(old.held)) : [],
      line('on the wire', names([...c.wire, ...c.kernel]), old && names([...old.wire, ...old.kernel])),
      line('in the buffer', names(c.stream), old && names(old.stream)),
    ];
  };
  const frame = (f) => line(`${scenario.tasks[f.task].symbol}${f.name}`, `${f.posture}${f.line ? ` (${f.line.procedure}:${f.line.line})` : ''}`,
    before && (({ posture, line: at }) => `${posture}${at ? ` (${at.procedure}:${at.line})` : ''}`)(before.frames.find((each) => each.name === f.name) ?? { posture: '' }));
  return panel('state', 'State', h('dl', {}, now.frames.map(frame), now.connections.map(connection)), before && h('p', { class: 'legend' }, 'Marked: changed by this step.'));
}

/** The listings in which somebody stands now, the lines marked. */
export function listing(view) {
  const { graph, design, rows, cursor, scenario } = view;
  const frames = graph.state(rows[cursor].state).frames.filter((frame) => frame.line);
  const tell = rows[cursor].tell;
  const told = tell?.cancel ? tell.line : null;
  const reads = tell?.acts.filter((act) => act.name === 'receive' && act.item >= 0 && act.item !== tell.task) ?? [];
  const here = (name) => [...frames, ...reads].some((each) => each.line.procedure === name) || told?.procedure === name;
  const rank = (each) => (here(each.procedure) ? 0 : 1);
  const shown = [...design.listings].sort((a, b) => rank(a) - rank(b));
  const lines = (each) => h('ol', { class: 'listing' }, each.lines.map((text, i) => {
    const at = frames.filter((frame) => frame.line.procedure === each.procedure && frame.line.line === i + 1);
    const cancelled = told?.procedure === each.procedure && told.line === i + 1;
    const wrong = reads.filter((act) => act.line.procedure === each.procedure && act.line.line === i + 1);
    return h('li', { class: cancelled || wrong.length ? 'told' : at.length ? 'at' : '' }, h('code', {}, text),
      each.cancels.includes(i + 1) && h('span', { class: 'here', title: 'a cancel may land here' }, '✗'),
      at.map((frame) => h('b', { class: `o${frame.task}` }, ` ◀ ${scenario.tasks[frame.task].symbol}${frame.name}`)),
      cancelled && h('span', { class: 'remark' }, '← the cancel landed here'),
      wrong.map((act) => h('span', { class: 'remark' }, '← ', named(`${scenario.tasks[tell.task].symbol}${scenario.tasks[tell.task].id} reads what is ${scenario.tasks[act.item].symbol}${scenario.tasks[act.item].id}'s`, scenario))));
  }));
  const example = told ?? frames[0]?.line ?? reads[0]?.line;
  return panel('code', `Listing of ${design.id}`,
    example && h('p', { class: 'legend' }, 'A place such as ', h('code', {}, `${example.procedure}:${example.line}`), ' is a line of this listing, the pseudo-code of the model; it is not a line of the client\'s own source file.'), h('div', { class: 'scroll', 'data-scroll': 'code', tabindex: '0', role: 'region', 'aria-label': 'Listing' },
    shown.map((each) => h('details', { open: here(each.procedure) || shown.length < 3 }, h('summary', {}, h('code', {}, each.procedure), h('small', {}, ` written in ${each.origin}`)), lines(each)))));
}

/** The share of harmful futures along the path, as a chart that can be clicked. */
export function curve(view) {
  const parts = shares(view);
  if (!parts[0]) return null;
  const chances = view.design.extras?.numbers?.states;
  const W = 420, H = 150, left = 44, bottom = 24, top = 10;
  const n = Math.max(1, parts.length - 1);
  const x = (k) => left + (k * (W - left - 14)) / n;
  const y = (value) => top + (1 - value) * (H - top - bottom);
  const values = parts.map(([part, all]) => (all ? Number((part * 10000n) / all) / 10000 : 0));
  const chance = chances && view.rows.map((row) => fraction((row.met & harmOf(view)) !== 0 ? '1' : chances[row.state]));
  const line = (series, kind) => [svg('polyline', { class: kind, points: series.map((v, k) => `${x(k)},${y(v)}`).join(' ') }),
    series.map((v, k) => svg('circle', { class: k === view.cursor ? `${kind} on` : kind, cx: x(k), cy: y(v), r: k === view.cursor ? 6 : 3.5 }))];
  const turning = turn(view);
  return panel('chance', 'How close it was', svg('svg', { viewBox: `0 0 ${W} ${H}`, class: 'chart', role: 'img', 'aria-label': `Share of harmful schedules after each step: ${parts.map((each) => percent(each)).join(', ')}` },
    [0, 0.5, 1].map((v) => [svg('line', { class: 'grid', x1: left, x2: W - 14, y1: y(v), y2: y(v) }), svg('text', { x: left - 6, y: y(v) + 4, 'text-anchor': 'end' }, `${v * 100} %`)]),
    turning && ['lastSafe', 'noReturn'].map((at) => svg('line', { class: at === 'lastSafe' ? 'turn safe' : 'turn gone', x1: x(turning[at]), x2: x(turning[at]), y1: top, y2: H - bottom })),
    line(values, 'share'), chance && line(chance, 'chance'),
    view.rows.map((_, k) => [svg('text', { x: x(k), y: H - 6, 'text-anchor': 'middle' }, String(k)), svg('rect', { class: 'hit', x: x(k) - 10, y: 0, width: 20, height: H, on: { click: () => view.go(k) } })])),
  h('p', { class: 'legend' }, h('span', { class: 'key share' }), ' share of schedules', chance && [' ', h('span', { class: 'key chance' }), ` probability (${view.design.extras.numbers.scheduler})`], turning && `; dashed: the last safe choice, ${turning.lastSafe ? `after step ${turning.lastSafe}` : 'at the start'}, and the point of no return, step ${turning.noReturn}`));
}

function fraction(text) {
  const [a, b = '1'] = text.split('/');
  return Number((BigInt(a) * 10000n) / BigInt(b)) / 10000;
}
