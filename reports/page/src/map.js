// The map of all states: layers by distance from the start, the places worked out by the engine. It is
// drawn once for each design; a step only marks other edges and states.
import { HARM } from './badge.js';
import { h, svg } from './dom.js';

/** What a state is: harm is certain, possible, or impossible from there. */
function kindOf(graph, state, harm) {
  const future = graph.future(state);
  if (!future) return 'unknown';
  if (future.must & harm) return 'must';
  return future.may & harm ? 'may' : 'safe';
}

function draw(graph, facts, jump) {
  const { layout } = graph.json;
  const bits = Object.fromEntries(facts);
  const harm = HARM.reduce((all, name) => all | bits[name], 0);
  const widest = Math.max(...layout.width);
  const width = Math.min(Math.max(widest * 26, 320), 1400), step = 46;
  const height = layout.width.length * step + 10;
  const radius = widest > 60 ? 4 : 7;
  const x = (s) => ((layout.place[s] + 0.5) * width) / layout.width[layout.level[s]];
  const y = (s) => layout.level[s] * step + 24;
  const edges = new Map(), nodes = [];
  for (let s = 0; s < graph.size; ++s) {
    for (const choice of graph.choices(s)) {
      const kind = `edge${choice.facts & harm ? ' bad' : ''}${choice.event.startsWith('!') ? ' fault' : ''}`;
      edges.set(`${s} ${choice.event}`, svg('line', { x1: x(s), y1: y(s), x2: x(choice.target), y2: y(choice.target), class: kind }));
    }
    nodes.push(svg('circle', { cx: x(s), cy: y(s), r: radius, 'data-state': s, class: `node ${kindOf(graph, s, harm)}` }, svg('title', {}, `state ${s}`)));
  }
  const choose = (event) => event.target.dataset.state && jump(Number(event.target.dataset.state));
  const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, class: 'states', role: 'img', on: { click: choose } }, [...edges.values()], nodes);
  return { picture, edges, nodes, marked: [] };
}

const drawings = new WeakMap();

/** Takes back the marks of the last schedule, and puts those of this one. */
function mark(drawing, rows, cursor) {
  for (const [element, name] of drawing.marked) element.classList.remove(name);
  drawing.marked = [];
  const put = (element, name) => {
    element?.classList.add(name);
    if (element) drawing.marked.push([element, name]);
  };
  rows.forEach((row, k) => {
    put(drawing.nodes[row.state], 'been');
    if (k > 0 && !row.skipped) put(drawing.edges.get(`${rows[k - 1].state} ${row.event}`), 'on');
  });
  put(drawing.nodes[rows[cursor].state], 'now');
}

export function map(view) {
  const { graph, data, rows, cursor } = view;
  if (!graph.json.layout) {
    return h('section', { class: 'panel map', 'aria-label': 'All states' }, h('h3', {}, 'All states'),
      h('p', { class: 'legend' }, graph.whole ? `${graph.size} states: too many to draw.` : view.design.rung));
  }
  if (!drawings.has(graph)) drawings.set(graph, draw(graph, data.facts, view.jump));
  const drawing = drawings.get(graph);
  mark(drawing, rows, cursor);
  drawing.picture.setAttribute('aria-label', `Map of ${graph.size} states; the schedule goes through ${new Set(rows.map((row) => row.state)).size} of them`);
  return h('section', { class: 'panel map', 'aria-label': 'All states' }, h('h3', {}, `All ${graph.size} states`),
    h('div', { class: 'scroll', 'data-scroll': 'map', tabindex: '0', role: 'region', 'aria-label': 'Map of states' }, drawing.picture),
    h('p', { class: 'legend' }, h('span', { class: 'key must' }), ' harm is unavoidable ', h('span', { class: 'key may' }), ' possible ', h('span', { class: 'key safe' }), ' impossible. Dashed: a cancel. Thick: your schedule. Choose a state to see a shortest way to it.'));
}
