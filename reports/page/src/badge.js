// What a state comes to at worst: one word for its future, in words and not by colour alone.

/** Facts that are harm, the worst first, by the name that reports give them. */
export const HARM = ['leak', 'wrong-value', 'type-error', 'double-owner', 'lost-slot', 'starved', 'zombie', 'rejected'];

/** The part of all that goes on from a state which is harmful: exact, as [harmful, all]. */
export function share(onward, alreadyMet) {
  if (!onward) return null;
  return [alreadyMet ? onward.all : onward.all - onward.harmless, onward.all];
}

export function percent([part, whole]) {
  if (whole === 0n) return '–';
  if (part === 0n || part === whole) return part === 0n ? '0 %' : '100 %';
  const thousandths = Number((part * 1000n) / whole);
  if (thousandths < 1) return '< 0.1 %';
  if (part * 1000n > whole * 999n) return '> 99.9 %';
  return `${thousandths < 100 ? (thousandths / 10).toFixed(1) : Math.round(thousandths / 10)} %`;
}

/**
 * `future`: what may and must still happen; `facts`: [name, bit]s of the file; `count`: the harmful part of
 * all schedules; `harmed`: harm is done already. Returns the kind (good, warn, bad, unknown) and the words.
 */
export function badge(future, facts, count, harmed = false) {
  if (!future) return { kind: 'unknown', text: '? not known in this file' };
  const bit = Object.fromEntries(facts);
  const worst = HARM.find((name) => (future.may & bit[name]) !== 0);
  if (!worst) return harmed ? { kind: 'unknown', text: 'no further harm' } : { kind: 'good', text: '✓ safe whatever happens' };
  const words = worst.replace('-', ' ');
  const certain = (future.must & bit[worst]) !== 0;
  if (certain) return { kind: 'bad', text: `✗ ${words} unavoidable` };
  const other = HARM.find((name) => (future.must & bit[name]) !== 0);
  const rest = count ? `, ${percent(count)} of schedules` : '';
  const also = other ? `; ${other.replace('-', ' ')} unavoidable` : '';
  return { kind: other ? 'bad' : 'warn', text: `~ ${words} possible${rest}${also}` };
}
