// How likely the leak is where a cancel has a given rate: the polynomial of the document, evaluated.
import { h, replace } from './dom.js';

/** "3/8" as a number; parts too long for a double are shortened alike. */
function decimal(text) {
  const [over, under = '1'] = text.split('/');
  const spare = Math.max(0, Math.max(over.length, under.length) - 300);
  return Number(over.slice(0, Math.max(0, over.length - spare)) || '0') / Number(under.slice(0, Math.max(0, under.length - spare)) || '0');
}

/** The sum of coefficient * p^P * (1-p)^Q. */
export function rateAt(terms, p) {
  return terms.reduce((sum, term) => sum + decimal(term.coefficient) * p ** term.p * (1 - p) ** term.q, 0);
}

/** How many random runs see it once with 95 % chance. */
export const runsFor = (chance) => (chance <= 0 ? Infinity : chance >= 1 ? 1 : Math.max(1, Math.ceil(Math.log(0.05) / Math.log1p(-chance))));

const short = (number) => (number === 0 ? '0' : number >= 0.001 ? String(Number(number.toPrecision(3))) : number.toExponential(2).replace('e-', ' · 10^-'));

function words(rate, outcome) {
  const p = 10 ** rate.slider;
  const chance = rateAt(rate.terms, p);
  const runs = runsFor(chance);
  return [
    h('b', {}, `rate ${short(p)}`), `: a schedule ends in ${outcome} with probability `, h('b', {}, short(chance)),
    chance > 0 && chance < 1 ? `, about one of ${Math.round(1 / chance).toLocaleString('en')}; ${Number.isFinite(runs) ? runs.toLocaleString('en') : 'no'} runs see it once with 95 % chance.` : '.',
  ];
}

/** Fills the place that the page has for it. */
export function rateSlider(place, numbers) {
  if (!place || !numbers?.rate?.terms?.length) return;
  const rate = { terms: numbers.rate.terms, slider: -2 };
  const told = h('output', { for: 'rate-slider', 'aria-live': 'polite' }, words(rate, numbers.outcome));
  const slider = h('input', { id: 'rate-slider', type: 'range', min: '-6', max: '0', step: '0.05', '.value': String(rate.slider), 'aria-valuetext': 'rate 0.01' });
  slider.addEventListener('input', () => {
    rate.slider = Number(slider.value);
    slider.setAttribute('aria-valuetext', `rate ${short(10 ** rate.slider)}`);
    replace(told, words(rate, numbers.outcome));
  });
  replace(place, h('label', { for: 'rate-slider' }, 'Rate of cancels, from one in a million to each time'), slider, h('p', {}, told));
}
