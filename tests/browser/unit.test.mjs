// The page's modules alone: what needs no browser.
import assert from 'node:assert/strict';
import test from 'node:test';

import { badge, percent, share } from '../../reports/page/src/badge.js';
import { asMermaid } from '../../reports/page/src/exports.js';
import { Graph, follow } from '../../reports/page/src/graph.js';
import { digestText } from '../../reports/page/src/digest.js';
import { rateAt, runsFor } from '../../reports/page/src/rate.js';
import { format, parse } from '../../reports/page/src/schedule.js';

test('schedules are read and written', () => {
  assert.deepEqual(parse('alice*2 !alice  srv.1'), ['alice', 'alice', '!alice', 'srv.1']);
  assert.deepEqual(parse(''), []);
  assert.equal(parse('alice*0'), null);
  assert.equal(parse('alice*999999'), null);
  assert.equal(format(['a', 'a', 'b', 'a']), 'a*2 b a');
  const events = ['alice', 'alice', "alice'", '!bob', 'net.1:hdr', 'bob~2', 'bob~2'];
  assert.deepEqual(parse(format(events)), events);
});

const FACTS = [['leak', 128], ['starved', 8192], ['lost-slot', 4096]];

test('a badge tells the worst of all, never one invariant', () => {
  assert.equal(badge({ may: 0, must: 0 }, FACTS).text, '✓ safe whatever happens');
  assert.equal(badge({ may: 0, must: 0 }, FACTS, null, true).text, 'no further harm');
  assert.equal(badge({ may: 128, must: 128 }, FACTS).text, '✗ leak unavoidable');
  assert.equal(badge({ may: 8192, must: 8192 }, FACTS).kind, 'bad');
  const both = badge({ may: 128 | 8192, must: 8192 }, FACTS, [1n, 4n]);
  assert.equal(both.text, '~ leak possible, 25 % of schedules; starved unavoidable');
  assert.equal(both.kind, 'bad');
  assert.equal(badge(undefined, FACTS).kind, 'unknown');
});

test('shares are exact, and never round to all or nothing', () => {
  assert.deepEqual(share({ all: 10n, harmless: 4n }, false), [6n, 10n]);
  assert.deepEqual(share({ all: 10n, harmless: 4n }, true), [10n, 10n]);
  assert.equal(percent([1n, 10n ** 30n]), '< 0.1 %');
  assert.equal(percent([10n ** 30n - 1n, 10n ** 30n]), '> 99.9 %');
  assert.equal(percent([0n, 5n]), '0 %');
  assert.equal(percent([5n, 5n]), '100 %');
  assert.equal(percent([1n, 16n]), '6.2 %');
});

/** Two events in either order; b after a is a leak. */
function toy() {
  const texts = ['a', 'b', 'does it', '', 'alice', 'waits', '●alice', 'c'];
  const json = {
    states: 4, held: 4, lines: [], ends: [[0, 0, []]], queues: [[[], []]], frames: [[[0, 4, 5, -1]]],
    tells: [[0, 0, 2, 3, -1, [], [], []], [0, 1, 2, 3, -1, [[0, 7, -1, 6]], [], []]],
    state: { degree: [2, 1, 1, 0], queues: [0, 0, 0, 0], frames: [0, 0, 0, 0], facts: [0, 0, 0, 0], end: [-1, -1, -1, 0], may: [128, 128, 0, 0], must: [0, 128, 0, 0], all: [2, 1, 1, 1], harmless: [1, 0, 1, 1] },
    edge: { event: [0, 1, 1, 0], target: [1, 2, 3, 3], tell: [0, 0, 1, 0], facts: [0, 0, 128, 0], worst: [0, 0, 7, 0] },
  };
  return new Graph(json, texts);
}

test('a graph is stepped through, and what is not possible is skipped', () => {
  const graph = toy();
  assert.deepEqual(graph.choices(0).map((each) => each.event), ['a', 'b']);
  const rows = follow(graph, ['a', 'b']);
  assert.deepEqual(rows.map((row) => row.state), [0, 1, 3]);
  assert.equal(rows[2].met, 128);
  const odd = follow(graph, ['x', 'a', 'y', 'z', 'b']);
  assert.deepEqual(odd.map((row) => row.skipped ?? row.event), [undefined, 'not possible here', 'a', 'not possible here', 'no longer comparable', 'no longer comparable']);
  assert.deepEqual(graph.pathTo(3), ['a', 'b']);
});

test('the digest text has the form of the document', () => {
  assert.equal(digestText(toy()), 's 0 -\ne a 1 0 0\ne b 2 0 0\ns 0 -\ne b 3 128 7\ns 0 -\ne a 3 0 0\ns 0 0 0\n');
});

test('nothing in a name means anything to Mermaid', () => {
  const graph = toy();
  const scenario = { tasks: [{ id: 'a;b\nend#<x>', owner: 'a', symbol: '●' }], connections: 1 };
  const text = asMermaid({ rows: follow(graph, ['a', 'b']), scenario, outcomes: ['ok', '', '', '', '', '', '', 'leak'] });
  assert.match(text, /participant t0 as ●a#59;b#10;end#35;#60;x#62;/);
  assert.equal(text.split('\n').length, 8);
});

test('a polynomial in the rate is evaluated, also with fractions that no double holds', () => {
  const terms = [{ coefficient: '3/8', p: 1, q: 0 }, { coefficient: '1/2', p: 2, q: 1 }];
  assert.equal(rateAt(terms, 0), 0);
  assert.equal(rateAt(terms, 1), 0.375);
  assert.equal(rateAt(terms, 0.5), 0.375 / 2 + 0.5 * 0.25 * 0.5);
  const long = { coefficient: `${'3'.repeat(400)}/${'6'.repeat(400)}`, p: 0, q: 0 };
  assert.equal(rateAt([long], 0.1), 0.5);
  assert.equal(runsFor(0), Infinity);
  assert.equal(runsFor(1), 1);
  assert.equal(runsFor(0.01), 299);
});
