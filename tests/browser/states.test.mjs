// Every shipped scenario: what the page's modules step through is what the engine has.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

import { digestText } from '../../reports/page/src/digest.js';
import { Graph, follow } from '../../reports/page/src/graph.js';
import { parse } from '../../reports/page/src/schedule.js';

const { INTERLEAK, WORK } = process.env;
const MOST_STATES = '20000';

function run(...words) {
  try {
    return execFileSync(INTERLEAK, words, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (error.status === 4) return error.stdout;  // a budget ended the search of some design
    throw error;
  }
}

/** What a page holds, read from the file as its script reads it. */
function dataOf(scenario) {
  const file = `${WORK}/states.html`;
  run('report', scenario, '--max-states', MOST_STATES, '--no-progress', '-o', file);
  const page = readFileSync(file, 'utf8');
  return JSON.parse(/<script type="application\/json" id="data">([^]*?)<\/script>/.exec(page)[1]);
}

/** The future of a state is what its events and their targets say. */
function checkFutures(graph) {
  for (let s = 0; s < graph.size; ++s) {
    const { facts, end } = graph.state(s);
    let may = end ? end.facts : 0;
    let must = end ? end.facts : -1;
    for (const choice of graph.choices(s)) {
      const next = graph.future(choice.target);
      may |= choice.facts | next.may;
      must &= choice.facts | next.must;
    }
    assert.equal(graph.future(s).may, facts | may, `state ${s}`);
    assert.equal(graph.future(s).must, facts | (must & may), `state ${s}`);
  }
}

const names = readdirSync('scenarios', { recursive: true })
  .filter((name) => name.endsWith('.json') && !name.startsWith('designs') && !name.startsWith('protocols'))
  .map((name) => name.slice(0, -5)).sort();
let compared = 0;
const beyond = [];

for (const name of names) {
  test(name, () => {
    const data = dataOf(name);
    let whole = 0;
    for (const design of data.designs) {
      if (!design.graph?.digest) continue;
      const graph = new Graph(design.graph, data.texts);
      const own = createHash('sha256').update(digestText(graph)).digest('hex');
      assert.equal(own, design.graph.digest, design.id);
      if (whole++ === 0) {
        assert.equal(run('export', name, '-d', design.id, '-f', 'digest').trim(), own, design.id);
        checkFutures(graph);
      }
      const violated = design.verdicts.find((each) => each.schedule);
      if (violated) assert.ok(follow(graph, parse(violated.schedule)).every((row) => !row.skipped), `${design.id}: ${violated.schedule}`);
    }
    compared += whole;
    if (whole < data.designs.length) beyond.push(`${name} (${data.designs.length - whole} of ${data.designs.length})`);
  });
}

test('most were compared', () => {
  console.log(`${compared} graphs of ${names.length} scenarios; beyond the budget: ${beyond.join(', ') || 'none'}`);
  assert.ok(compared > 300);
});
