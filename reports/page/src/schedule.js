// Schedules as text: event texts with blanks between, `alice*3` for three times the same event.

const MOST_EVENTS = 100000;

/** Text to events; an empty list for an empty text, null for one that is no schedule. */
export function parse(text) {
  const events = [];
  for (const word of text.split(/[ \t\r\n]+/).filter(Boolean)) {
    const counted = /^(.+)\*(\d{1,6})$/.exec(word);
    const [event, count] = counted ? [counted[1], Number(counted[2])] : [word, 1];
    if (count < 1 || events.length + count > MOST_EVENTS) return null;
    for (let i = 0; i < count; ++i) events.push(event);
  }
  return events;
}

/** The reverse: repetitions as `*n`. */
export function format(events) {
  const words = [];
  for (let i = 0; i < events.length; ) {
    let next = i;
    while (next < events.length && events[next] === events[i]) ++next;
    words.push(next - i > 1 ? `${events[i]}*${next - i}` : events[i]);
    i = next;
  }
  return words.join(' ');
}
