// The map of all states: layers by distance from the start, the places worked out by the engine.
import { svg, h } from './dom.js';
import { HARM } from './badge.js';

/** What a state is: harmful for sure, perhaps, or never. */
function kindOf(graph, state, harm) {
  const future = graph.future(state);
  if (!future) return 'unknown';
  if (future.must & harm) return 'must';
  return future.may & harm ? 'may' : 'safe';
}

export function map(view) {
  const { graph, data, rows, cursor } = view;
  const layout = graph.json.layout;
  if (!layout) {
    return h('section', { class: 'panel map', 'aria-label': 'All states' }, h('h3', {}, 'All states'),
      h('p', { class: 'legend' }, graph.whole ? `${graph.size} states: too many to draw.` : view.design.rung));
  }
  const bits = Object.fromEntries(data.facts);
  const harm = HARM.reduce((all, name) => all | bits[name], 0);
  const widest = Math.max(...layout.width);
  const W = Math.min(Math.max(widest * 26, 320), 1400), step = 46;
  const H = layout.width.length * step + 10;
  const x = (s) => ((layout.place[s] + 0.5) * W) / layout.width[layout.level[s]];
  const y = (s) => layout.level[s] * step + 24;
  const radius = widest > 60 ? 4 : 7;
  const on = new Set(rows.slice(0, -1).map((row, k) => `${row.state} ${rows[k + 1].state}`));
  const edges = [[], []];
  for (let s = 0; s < graph.size; ++s) {
    for (const choice of graph.choices(s)) {
      const bad = (choice.facts & harm) !== 0;
      const path = on.has(`${s} ${choice.target}`);
      edges[path ? 1 : 0].push(svg('line', { x1: x(s), y1: y(s), x2: x(choice.target), y2: y(choice.target), class: `edge${path ? ' on' : ''}${bad ? ' bad' : ''}${choice.event.startsWith('!') ? ' fault' : ''}` }));
    }
  }
  const been = new Set(rows.map((row) => row.state));
  const nodes = Array.from({ length: graph.size }, (_, s) => svg('circle', {
    cx: x(s), cy: y(s), r: s === rows[cursor].state ? radius + 4 : radius, 'data-state': s,
    class: `node ${kindOf(graph, s, harm)}${been.has(s) ? ' been' : ''}${s === rows[cursor].state ? ' now' : ''}`,
    on: { click: () => view.jump(s) } }, svg('title', {}, `state ${s}`)));
  return h('section', { class: 'panel map', 'aria-label': 'All states' }, h('h3', {}, `All ${graph.size} states`),
    h('div', { class: 'scroll', 'data-scroll': 'map', tabindex: '0', role: 'region', 'aria-label': 'Map of states' },
      svg('svg', { viewBox: `0 0 ${W} ${H}`, width: W, height: H, class: 'states', role: 'img', 'aria-label': `Map of ${graph.size} states; the schedule goes through ${been.size} of them` }, edges, nodes)),
    h('p', { class: 'legend' }, h('span', { class: 'key must' }), ' harm is unavoidable ', h('span', { class: 'key may' }), ' possible ', h('span', { class: 'key safe' }), ' impossible. Dashed: a cancel. Thick: your schedule. Choose a state to see a shortest way to it.'));
}
