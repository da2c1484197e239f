// Elements without innerHTML: whatever comes from a scenario is only ever text.

/** Attributes: `class`, `on` (an object of listeners), properties by `.name`, else plain attributes. */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name.startsWith('.')) {
      element[name.slice(1)] = value;
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

/** Puts new children in place of the old; what had the focus (by data-key) has it again. */
export function replace(element, ...children) {
  const key = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const scrolled = [...element.querySelectorAll('[data-scroll]')].map((each) => [each.dataset.scroll, each.scrollTop, each.scrollLeft]);
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  for (const [name, top, left] of scrolled) {
    const same = element.querySelector(`[data-scroll="${name}"]`);
    if (same) Object.assign(same, { scrollTop: top, scrollLeft: left });
  }
  if (key !== undefined) element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Scrolls the box around an element as little as shows it; never the page. */
export function showIn(box, element) {
  if (!box || !element) return;
  const outer = box.getBoundingClientRect(), inner = element.getBoundingClientRect();
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}
