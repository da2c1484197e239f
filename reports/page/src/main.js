// The explorer: what is shown follows from four things, the design, the other design, the schedule and
// the step; whatever is done changes one of them, writes the address and draws everything anew.
import { badge, share } from './badge.js';
import { digest } from './digest.js';
import { h, replace, showIn } from './dom.js';
import { asJson, asMermaid, asText, replayCommand } from './exports.js';
import { Graph, follow } from './graph.js';
import { keys, KEYS } from './keys.js';
import { lanes, leftOut } from './lanes.js';
import { map } from './map.js';
import { curve, listing, next, state, steps, turn } from './panels.js';
import { rateSlider } from './rate.js';
import { format, parse } from './schedule.js';
import { actor, deed } from './words.js';

const data = JSON.parse(document.getElementById('data').textContent);
const root = document.getElementById('explorer');
const graphs = data.designs.map((each) => each.graph && new Graph(each.graph, data.texts));
const able = data.designs.map((_, i) => i).filter((i) => graphs[i]);
const stored = { get: (name) => { try { return localStorage.getItem(name); } catch { return null; } }, set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* not allowed here */ } } };

/** The told schedule of a design: the page's own where it is the subject, else its gravest violation. */
function toldSchedule(design) {
  if (design === data.subject.design && data.subject.schedule) return parse(data.subject.schedule);
  const verdicts = data.designs[design].verdicts.filter((each) => each.schedule);
  const same = verdicts.find((each) => each.invariant === data.subject.invariant) ?? verdicts[0];
  return same ? parse(same.schedule) : data.subject.schedule ? parse(data.subject.schedule) : [];
}

/** The design to stand beside: the one that the page names as the cure, else the first that holds. */
function companion(design) {
  const { mended } = data.subject;
  if (mended !== null && mended !== design && able.includes(mended)) return mended;
  const holds = (i) => data.designs[i].verdicts.find((each) => each.invariant === data.subject.invariant)?.verdict === 'holds';
  return able.find((i) => i !== design && holds(i)) ?? -1;
}

const now = { a: able.includes(data.subject.design) ? data.subject.design : able[0], b: -1, events: [], step: 0, forks: [], playing: 0, shortcuts: stored.get('interleak.shortcuts') !== 'off' };

function reset(design) {
  Object.assign(now, { a: design, events: toldSchedule(design), step: 0, forks: [] });
  if (now.b === design) now.b = companion(design);
}

// --- the address ---------------------------------------------------------------------------------

function readAddress() {
  const hash = location.hash.slice(1);
  if (!/(^|&)[sdb]=/.test(hash)) return;
  const wanted = new URLSearchParams(hash);
  const named = (id) => able.find((i) => data.designs[i].id === id || data.designs[i].id.endsWith(id));
  const a = wanted.get('d') ? named(wanted.get('d')) : now.a;
  if (a !== undefined) reset(a);
  if (wanted.has('b')) now.b = wanted.get('b') === '' ? -1 : named(wanted.get('b')) ?? now.b;
  const events = wanted.get('s') !== null ? parse(wanted.get('s')) : null;
  if (events) now.events = events;
  const step = Number(wanted.get('step') ?? now.events.length);
  now.step = Number.isInteger(step) ? Math.max(0, Math.min(step, now.events.length)) : 0;
}

const address = () => {
  const parts = [['d', data.designs[now.a].id], ['b', now.b < 0 ? '' : data.designs[now.b].id], ['s', format(now.events)], ['step', String(now.step)]];
  return `#${parts.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%20', '+').replaceAll('%2F', '/').replaceAll('%21', '!')}`).join('&')}`;
};

// --- what can be done ----------------------------------------------------------------------------

function changed(change) {
  Object.assign(now, change);
  try { history.replaceState(null, '', address()); } catch { /* not allowed here */ }
  draw();
}

const doings = {
  go: (step) => changed({ step: Math.max(0, Math.min(step, now.events.length)) }),
  by: (steps) => doings.go(now.step + steps),
  take(event) {
    if (now.events[now.step] === event) return doings.by(1);
    const events = [...now.events.slice(0, now.step), event];
    const leaves = now.step < now.events.length;
    changed({ events, step: events.length, forks: [...now.forks.filter((at) => at < now.step), ...(leaves ? [now.step] : [])] });
  },
  choose(number) {
    const choice = view().graph.choices(view().rows[now.step].state)[number - 1];
    if (choice) doings.take(choice.event);
  },
  main() { reset(now.a); changed({}); },
  backTo(fork) { changed({ events: now.events.slice(0, fork), step: fork, forks: now.forks.filter((at) => at < fork) }); },
  jump(target) {
    const events = view().graph.pathTo(target);
    if (events) changed({ events, step: events.length, forks: [0] });
  },
  design(index) { reset(index); changed({}); },
  beside(index) { changed({ b: index }); },
  otherBeside() {
    const others = [...able.filter((i) => i !== now.a), -1];
    doings.beside(others[(others.indexOf(now.b) + 1) % others.length]);
  },
  toHarm() {
    const at = view().rows.findIndex((row) => (row.met & data.subject.facts) !== 0);
    doings.go(at < 0 ? now.events.length : at);
  },
  toLastSafe() { const at = turn(view()); if (at) doings.go(at.lastSafe); },
  toNoReturn() { const at = turn(view()); if (at) doings.go(at.noReturn); },
  /** From a reply that is read back to the step that asked for it. */
  toRequest() {
    const { rows } = view();
    const read = rows[now.step].tell?.acts.find((act) => act.name === 'receive');
    if (!read) return;
    for (let k = now.step - 1; k > 0; --k) {
      if (rows[k].tell?.task === read.item && rows[k].tell.acts.some((act) => act.name === 'send' && act.connection === read.connection)) return doings.go(k);
    }
  },
  play() {
    clearInterval(now.playing);
    if (now.playing) return changed({ playing: 0 });
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return doings.go(now.events.length);
    if (now.step === now.events.length) now.step = 0;
    const playing = setInterval(() => {
      if (now.step >= now.events.length) { clearInterval(playing); return changed({ playing: 0 }); }
      doings.by(1);
    }, 900);
    changed({ playing });
  },
  theme() {
    const order = ['auto', 'light', 'dark'];
    const theme = order[(order.indexOf(document.documentElement.dataset.theme ?? 'auto') + 1) % 3];
    document.documentElement.dataset.theme = theme;
    stored.set('interleak.theme', theme);
    draw();
  },
  copy: () => show('Copy', copyForm()),
  help: () => show('Keys', helpForm()),
};

// --- dialogs -------------------------------------------------------------------------------------

function show(title, content) {
  document.getElementById('dialog')?.remove();
  const dialog = h('dialog', { id: 'dialog', 'aria-label': title, on: { close: () => dialog.remove() } },
    h('form', { method: 'dialog' }, h('h3', {}, title), h('button', { class: 'close', 'aria-label': 'Close' }, '✕')), content);
  document.body.append(dialog);
  dialog.showModal();
}

function copyForm() {
  const shown = view();
  const forms = [['Text', asText(shown)], ['Mermaid', asMermaid(shown)], ['JSON', asJson(shown)], ['Schedule', `${format(now.events)}\n`], ['Command', `${replayCommand(shown)}\n`], ['Address', `${address()}\n`]];
  const area = h('textarea', { 'aria-label': 'Text to copy', rows: 14, readonly: true });
  const put = (text) => { area.value = text; area.select(); };
  put(forms[0][1]);
  return [h('p', { class: 'choices' }, forms.map(([name, text]) => h('button', { on: { click: () => put(text) } }, name)),
    h('button', { class: 'strong', on: { click: (event) => { area.select(); navigator.clipboard?.writeText(area.value).then(() => { event.target.textContent = 'Copied'; }, () => { event.target.textContent = 'Press Ctrl+C'; }); } } }, 'Copy')), area];
}

function helpForm() {
  const box = h('input', { type: 'checkbox', '.checked': now.shortcuts, on: { change: (event) => { now.shortcuts = event.target.checked; stored.set('interleak.shortcuts', now.shortcuts ? 'on' : 'off'); } } });
  return [h('table', {}, KEYS.map(([key, does]) => h('tr', {}, h('th', { scope: 'row' }, h('kbd', {}, key)), h('td', {}, does)))), h('label', {}, box, ' use these keys')];
}

// --- drawing -------------------------------------------------------------------------------------

function view() {
  const graph = graphs[now.a];
  const rows = follow(graph, now.events);
  const told = format(now.events) === format(toldSchedule(now.a));
  return { ...doings, data, scenario: data.scenario, outcomes: data.outcomes, design: data.designs[now.a], graph, rows, cursor: now.step, isMain: told && now.events.length > 0 };
}

/** The first row in which two designs differ in what a reader sees; -1: none. */
function partAt(one, other) {
  const seen = ({ graph, rows }, k) => JSON.stringify([rows[k].skipped ?? '', rows[k].tell && deed(rows[k].tell), graph.state(rows[k].state).connections]);
  return one.rows.findIndex((_, k) => k > 0 && seen(one, k) !== seen(other, k));
}

const futureBadge = (graph, row) => badge(graph.future(row.state), data.facts, share(graph.onward(row.state), (row.met & data.subject.facts) !== 0));

function laneBox(shown, design, apart) {
  const { graph, rows } = shown;
  const mark = futureBadge(graph, rows[now.step]);
  const harmed = data.facts.find(([, bit]) => bit & rows[now.step].met & data.subject.facts);
  return h('section', { class: 'panel lanebox', 'aria-label': `Lanes of ${design.id}` }, h('h3', {}, design.id, ' ',
    harmed ? h('span', { class: 'badge bad' }, `✗ ${harmed[0]}`) : h('span', { class: `badge ${mark.kind}` }, mark.text)),
  h('div', { class: 'scroll', 'data-scroll': `lanes${design.id}`, tabindex: '0', role: 'region', 'aria-label': 'Lanes' }, lanes(graph, rows, { scenario: data.scenario, outcomes: data.outcomes, cursor: now.step, go: doings.go, apart, label: design.id })), absent(graph, rows));
}

function absent(graph, rows) {
  const out = leftOut(graph, rows, data.scenario);
  return out.length > 0 && h('p', { class: 'legend' }, `${out.join(', ')} ${out.length > 1 ? 'take' : 'takes'} no part here.`);
}

function besideBox(shown) {
  if (now.b < 0) return null;
  const other = { graph: graphs[now.b], rows: follow(graphs[now.b], now.events) };
  const apart = partAt(shown, other);
  return [laneBox(shown, shown.design, apart), laneBox(other, data.designs[now.b], apart),
    h('p', { class: 'legend wide', id: 'apart' }, apart > 0 ? `They part at step ${apart}. ` : 'They do the same on this schedule. ', 'The same schedule under both: an event that is not possible in one is skipped there, and it goes on with the next; after three such events it stops.')];
}

function toolbar(shown) {
  const option = (i, chosen) => h('option', { value: String(i), selected: i === chosen }, data.designs[i].id);
  const pick = (label, key, chosen, list, use) => h('label', {}, label, ' ', h('select', { 'data-key': key, on: { change: (event) => use(Number(event.target.value)) } }, list));
  const button = (key, text, label, use, off) => h('button', { 'data-key': key, title: label, 'aria-label': label, disabled: off, on: { click: use } }, text);
  const end = now.step >= now.events.length;
  return h('div', { class: 'toolbar', role: 'toolbar', 'aria-label': 'Explorer' },
    pick('design', 'pick-a', now.a, able.map((i) => option(i, now.a)), doings.design),
    able.length > 1 && pick('beside', 'pick-b', now.b, [h('option', { value: '-1', selected: now.b < 0 }, 'no other'), able.filter((i) => i !== now.a).map((i) => option(i, now.b))], doings.beside),
    h('span', { class: 'group' }, button('first', '|◀', 'To the start', () => doings.go(0), now.step === 0), button('back', '◀', 'One step back', () => doings.by(-1), now.step === 0),
      h('output', { class: 'where' }, `step ${now.step} of ${now.events.length}`),
      button('on', '▶', 'One step on', () => doings.by(1), end), button('last', '▶|', 'To the end', () => doings.go(now.events.length), end), button('play', now.playing ? 'Pause' : 'Play', now.playing ? 'Pause' : 'Play', doings.play, now.events.length === 0)),
    h('span', { class: 'group' }, button('copy', 'Copy…', 'Copy as text, Mermaid, JSON', doings.copy), button('theme', '◐', `Theme: ${document.documentElement.dataset.theme ?? 'auto'}`, doings.theme), button('help', '?', 'Keys', doings.help)),
    trail(shown));
}

/** Where the schedule left the told one, and the way back. */
function trail(shown) {
  if (shown.isMain && !now.forks.length) return null;
  const told = toldSchedule(now.a);
  return h('nav', { class: 'trail', 'aria-label': 'Branches' }, h('button', { 'data-key': 'main', on: { click: doings.main } }, told.length ? '↩ shortest violation' : '↩ start'),
    now.forks.map((at) => [' ▸ ', h('button', { 'data-key': `fork${at}`, on: { click: () => doings.backTo(at) } }, `branch after ${at}`)]));
}

function announce(shown) {
  const row = shown.rows[now.step];
  const what = now.step === 0 ? 'The start' : row.skipped ? `${row.event} ${row.skipped}` : `${actor(row, data.scenario)} ${deed(row.tell)}`;
  const choices = shown.graph.choices(row.state).length;
  live.textContent = `Step ${now.step} of ${now.events.length}. ${what}. ${futureBadge(shown.graph, row).text}. ${choices} ${choices === 1 ? 'choice' : 'choices'}.`;
}

const board = h('div', { class: 'board' });
const live = h('p', { class: 'unseen', 'aria-live': 'polite', id: 'live' });

function draw() {
  const shown = view();
  const focused = root.contains(document.activeElement);
  const lanesOf = now.b < 0 ? laneBox(shown, shown.design, -1) : besideBox(shown);
  replace(board, toolbar(shown), steps(shown), h('div', { class: `lanesgrid${now.b < 0 ? '' : ' two'}` }, lanesOf), h('div', { class: 'side' }, next(shown), state(shown)), listing(shown), h('div', { class: 'under' }, curve(shown), map(shown)));
  showIn(board.querySelector('.steps ol'), board.querySelector('.steps [aria-current]'));
  if (focused && !root.contains(document.activeElement)) root.focus({ preventScroll: true });   // what had it is gone
  announce(shown);
}

/** The digest of each whole graph, beside the engine's. */
async function check() {
  const places = [...document.querySelectorAll('.digest')];
  for (const graph of graphs) {
    if (!graph?.json.digest) continue;
    const place = places.find((each) => each.textContent === graph.json.digest && !each.dataset.page);
    await new Promise((soon) => { setTimeout(soon); });
    const own = await digest(graph);
    if (!place || own === undefined) continue;
    place.dataset.page = own;
    place.after(own === graph.json.digest ? ' ✓ this page steps through the same states' : ` ✗ this page has others: ${own}`);
  }
}

// --- the beginning -------------------------------------------------------------------------------

function closeForReading() {
  for (const each of document.querySelectorAll('details.design, details.design details')) each.open = false;
  addEventListener('beforeprint', () => { for (const each of document.querySelectorAll('details')) each.open = true; });
}

function followLinks() {
  document.getElementById('curve')?.addEventListener('click', (event) => {
    const { step } = event.target.dataset;
    if (step === undefined || !able.includes(data.subject.design)) return;
    reset(data.subject.design);
    doings.go(Number(step));
    root.scrollIntoView({ block: 'start' });
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link) return;
    const step = /^#step-(\d+)$/.exec(link.getAttribute('href'));
    const design = /^#design-(\d+)$/.exec(link.getAttribute('href'));
    if (design) document.getElementById(`design-${design[1]}`).open = true;
    if (!step || now.a !== data.subject.design) return;
    event.preventDefault();
    reset(now.a);
    doings.go(Number(step[1]));
    root.scrollIntoView({ block: 'start' });
  });
}

function begin() {
  const theme = stored.get('interleak.theme');
  if (['light', 'dark'].includes(theme)) document.documentElement.dataset.theme = theme;
  closeForReading();
  followLinks();
  if (!able.length) {
    root.append(h('p', { class: 'warn' }, data.designs[0].rung));
    return;
  }
  document.documentElement.classList.add('live');
  if (data.designs[data.subject.design].extras?.numbers) document.getElementById('curve')?.classList.add('keep');
  rateSlider(document.getElementById('rate-at'), data.designs[data.subject.design].extras?.numbers);
  now.b = companion(now.a);
  reset(now.a);
  if (data.subject.schedule) now.step = Math.max(0, turn(view())?.lastSafe ?? 0);
  readAddress();
  root.append(h('section', { 'aria-labelledby': 'h-explorer' }, h('h2', { id: 'h-explorer' }, 'Step through it'), h('p', { class: 'legend keyline' }, 'Click here, then ', h('kbd', {}, '←'), ' ', h('kbd', {}, '→'), ' step · ', h('kbd', {}, '1'), '…', h('kbd', {}, '9'), ' take another branch · ', h('kbd', {}, 'Esc'), ' back · ', h('kbd', {}, '?'), ' all keys'), board, live));
  root.tabIndex = 0;
  root.setAttribute('role', 'group');
  root.setAttribute('aria-labelledby', 'h-explorer');
  draw();
  keys(root, doings, () => now.shortcuts);
  addEventListener('hashchange', () => {
    readAddress();
    draw();
    if (document.activeElement?.matches('a.opens')) root.scrollIntoView({ block: 'start' });
  });
  check();
}

begin();
