// The keyboard, while the explorer has the focus. Single keys, so they can be switched off in the help.

export const KEYS = [
  ['→ or n', 'one step on'], ['← or p', 'one step back'], ['Home, End', 'to the start, to the end'],
  ['1 … 9', 'take that branch'], ['Esc', 'back to the shortest violation'],
  ['g l', 'to the violation'], ['g s', 'to the last safe choice'], ['g n', 'to the point of no return'],
  ['Shift+N', 'from a reply back to its request'], ['d', 'another design beside'], ['c', 'copy'],
  ['t', 'light, dark or as the system'], ['Space', 'play, pause'], ['?', 'this help'],
];

const FIELDS = 'input, select, textarea, dialog';

export function keys(explorer, doings, allowed) {
  let pending = '';
  const plain = {
    ArrowRight: () => doings.by(1), n: () => doings.by(1), ArrowLeft: () => doings.by(-1), p: () => doings.by(-1),
    Home: () => doings.go(0), End: () => doings.go(Infinity), Escape: doings.main, N: doings.toRequest,
    d: doings.otherBeside, c: doings.copy, t: doings.theme, '?': doings.help,
  };
  const after = { l: doings.toHarm, s: doings.toLastSafe, n: doings.toNoReturn };
  explorer.addEventListener('keydown', (event) => {
    if (!allowed() || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(FIELDS)) return;
    const { key } = event;
    const scrolls = key.startsWith('Arrow') && event.target.closest?.('.scroll');
    const presses = key === ' ' && event.target.closest?.('button, summary, a, .scroll');
    if (scrolls || presses) return;
    const doing = pending === 'g' ? after[key] : /^[1-9]$/.test(key) ? () => doings.choose(Number(key)) : key === ' ' ? doings.play : plain[key];
    pending = key === 'g' && pending !== 'g' ? 'g' : '';
    if (!doing) return;
    event.preventDefault();
    doing();
  });
}
