// A path as text, as a Mermaid diagram and as JSON, to be pasted elsewhere.
import { actor, deed, place, results, sentence } from './words.js';
import { format } from './schedule.js';

export function asText(view) {
  const { design, rows, scenario, outcomes } = view;
  const lines = rows.slice(1).map((row, k) => `${String(k + 1).padStart(3)}  ${sentence(row, scenario, outcomes)}`);
  return `${scenario.id} under ${design.id}\n${lines.join('\n')}\n${replayCommand(view)}\n`;
}

const events = (rows) => rows.slice(1).filter((row) => !row.skipped).map((row) => row.event);

export const replayCommand = ({ design, rows }) => design.replay.replace('SCHEDULE', () => `'${format(events(rows))}'`);

/** Whatever Mermaid could take for something else is a reference; controls are left out. */
const safe = (text) => [...text].map((c) => (/[\p{L}\p{N} ,.()/_!'|✗●▲■◆★✚▼◉○]/u.test(c) ? c : `#${c.codePointAt(0)};`)).join('');
const MOST_ENTRIES = 60;

export function asMermaid({ rows, scenario, outcomes }) {
  const out = ['sequenceDiagram'];
  scenario.tasks.forEach((task, i) => out.push(`  participant t${i} as ${safe(task.symbol + task.id)}`));
  out.push('  participant pool');
  for (let c = 1; c <= scenario.connections; ++c) out.push(`  participant c${c} as c${c} and its server`);
  const entries = rows.slice(1).flatMap((row, k) => entriesOf(row, k + 1, scenario, outcomes));
  out.push(...entries.slice(0, MOST_ENTRIES));
  if (entries.length > MOST_ENTRIES) out.push(`  Note over t0,pool: and ${entries.length - MOST_ENTRIES} more`);
  return `${out.join('\n')}\n`;
}

const ARROWS = { take: ['->>', 'pool'], put: ['->>', 'pool'], close: ['->>'], connect: ['->>'], send: ['->>'] };

function entriesOf(row, number, scenario, outcomes) {
  if (row.skipped) return [`  Note over pool: ${number}. ${safe(`${row.event} ${row.skipped}`)}`];
  const { tell } = row;
  const words = safe(`${number}. ${actor(row, scenario)} ${deed(tell)} ${tell.cancel ? place(tell) : ''}`.trim());
  if (tell.task < 0) return [`  Note over c${/\d+/.exec(row.event)?.[0] ?? 1}: ${words}`];
  const task = `t${tell.task}`;
  const entries = tell.acts.map((act) => {
    const wrong = act.item >= 0 && act.item !== tell.task;
    if (!ARROWS[act.name]) return `  c${act.connection}${wrong ? '--x' : '-->>'}${task}: ${number}. ${act.name}s`;
    const [arrow, to = `c${act.connection}`] = ARROWS[act.name];
    return `  ${task}${arrow}${to}: ${number}. ${act.name}s`;
  });
  if (tell.cancel || !entries.length) entries.unshift(`  Note over ${task}: ${words}`);
  return [...entries, ...results(tell, outcomes).filter((each) => each.kind !== 'good').map((each) => `  Note over ${task}: ${safe(each.text)}`)];
}

export function asJson({ design, graph, rows, scenario, outcomes }) {
  const steps = rows.slice(1).map((row, k) => ({
    number: k + 1, event: row.event, ...(row.skipped ? { skipped: row.skipped } : {
      summary: deed(row.tell), line: row.tell.line, results: results(row.tell, outcomes).map((each) => each.text),
      connections: graph.state(row.state).connections, free: graph.state(row.state).free,
    }),
  }));
  return `${JSON.stringify({ scenario: scenario.id, design: design.id, schedule: format(events(rows)), steps }, null, 2)}\n`;
}
