// The digest of a graph, from what this page steps through: it must be that of the engine
// (docs/report.md, "The digest").

const items = (list) => `[${list.map((each) => `${each.task} ${each.text}`).join(',')}]`;
const flag = (value) => (value ? '1' : '0');

export function digestText(graph) {
  const lines = [];
  for (let s = 0; s < graph.size; ++s) {
    const state = graph.state(s);
    const queues = state.connections.map((c) =>
      ` ${flag(c.created)}${flag(c.connected)}${flag(c.idle)}${items(c.requests)}${c.held.length ? items(c.held) : ''}${items(c.wire)}${items(c.stream)}${items(c.kernel)}`);
    const end = state.end ? `${state.end.facts} ${state.end.worst}` : '-';
    lines.push(`s ${state.facts} ${end}${queues.join('')}\n`);
    for (const choice of graph.choices(s)) lines.push(`e ${choice.event} ${choice.target} ${choice.facts} ${choice.worst}\n`);
  }
  return lines.join('');
}

/** As 64 hexadecimal digits; undefined where the browser offers no SHA-256 here. */
export async function digest(graph) {
  if (!globalThis.crypto?.subtle) return undefined;
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(digestText(graph)));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
