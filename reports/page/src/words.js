// Sentences about steps, as the command's text reports have them.
import { h } from './dom.js';

/** What the acting task did: "✗ CANCELLED, returns c1". */
export function deed(tell) {
  const text = tell.cancel ? ['✗ CANCELLED', tell.summary].filter(Boolean).join(', ') : tell.summary;
  return tell.child ? `(child) ${text}` : text;
}

const MACHINES = { srv: 'server', sil: 'server', psh: 'server', krn: 'event loop', flu: 'event loop' };

/** Who acts: "●alice", "server", "event loop", "network". */
export function actor(row, scenario) {
  if (row.tell.task >= 0) {
    const task = scenario.tasks[row.tell.task];
    return `${task.symbol}${task.id}`;
  }
  return MACHINES[row.event.slice(0, 3)] ?? 'network';
}

/** Outcomes and findings that begin with this step: {text, kind}. */
export function results(tell, outcomes) {
  const all = tell.outcomes.map((each) => {
    const name = outcomes[each.outcome];
    if (name === 'ok') return { kind: 'good', text: '✓ ok' };
    if (['leak', 'wrong-value', 'type-error'].includes(name)) return { kind: 'bad', text: `${name.toUpperCase()}: ${each.text}` };
    return name === 'cancelled' ? null : { kind: 'warn', text: each.text };
  });
  return [...all.filter(Boolean), ...tell.findings.map((text) => ({ kind: 'warn', text }))];
}

/** Where a cancel landed. */
export const place = (tell) =>
  tell.line ? `at await ${tell.await} (${tell.line.procedure}:${tell.line.line})${tell.ready ? ', which was ready' : ''}` : '';

/** One step in one line of plain text. */
export function sentence(row, scenario, outcomes) {
  if (row.skipped) return `${row.event}: ${row.skipped}`;
  const parts = [deed(row.tell), row.tell.cancel ? place(row.tell) : '', ...results(row.tell, outcomes).map((each) => each.text)];
  return `${actor(row, scenario)} ${parts.filter(Boolean).join('; ')}`;
}

/** Text with every "●alice" in alice's colour. */
export function named(text, scenario) {
  const nodes = [];
  let rest = text;
  while (rest) {
    let first = null;
    scenario.tasks.forEach((task, index) => {
      for (const name of [task.id, task.owner]) {
        const at = rest.indexOf(task.symbol + name);
        if (at >= 0 && (!first || at < first.at)) first = { at, index, text: task.symbol + name };
      }
    });
    if (!first) break;
    nodes.push(rest.slice(0, first.at), h('b', { class: `o${first.index}` }, first.text));
    rest = rest.slice(first.at + first.text.length);
  }
  return [...nodes, rest];
}
