// Diagrams, read and drawn by Mermaid itself: check_mermaid.mjs NODE_MODULES FILE...
// A FILE is a diagram, or Markdown whose ```mermaid blocks are looked at. Every diagram is parsed, the first
// twelve are rendered to SVG, too, whose texts must be those that the diagram has.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(modules + '/');
const { JSDOM } = require('jsdom');
const { window } = new JSDOM('<!doctype html><body></body>', { pretendToBeVisual: true });
globalThis.window = window;
globalThis.document = window.document;
globalThis.CSSStyleSheet = window.CSSStyleSheet;
// jsdom lays nothing out: texts are as wide as their letters are many.
window.SVGElement.prototype.getBBox = function () {
  return { x: 0, y: 0, width: 8 * (this.textContent ?? '').length, height: 16 };
};
window.SVGElement.prototype.getComputedTextLength = function () {
  return 8 * (this.textContent ?? '').length;
};
const { default: mermaid } = await import(pathToFileURL(modules + '/mermaid/dist/mermaid.core.mjs').href);
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });

// What a viewer reads in a text of the diagram: character references resolved.
const shown = (text) => text.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
const squeezed = (text) => text.replace(/\s+/g, '');

// Throws if the drawing lacks a text of the diagram, or has an element that no drawing needs.
async function draw(diagram, id) {
  const { svg } = await mermaid.render(id, diagram);
  const drawing = new JSDOM(svg, { contentType: 'image/svg+xml' }).window.document;
  if (drawing.querySelector('script, foreignObject, iframe, image, a')) throw new Error('an element too many');
  const all = squeezed(drawing.documentElement.textContent);
  for (const line of diagram.split('\n')) {
    const text = /^ {2}(?:Note over [\w,]+|\w+-\S+?): (.*)$/.exec(line)?.[1];
    if (text !== undefined && !all.includes(squeezed(shown(text)))) throw new Error('not drawn: ' + text);
  }
}

const kDrawn = 12;
let bad = 0, seen = 0, drawn = 0;
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const blocks = [...text.matchAll(/^```mermaid\n([\s\S]*?)^```/gm)].map((m) => m[1]);
  for (const diagram of file.endsWith('.md') ? blocks : [text]) {
    seen += 1;
    try {
      const parsed = await mermaid.parse(diagram);
      if (parsed.diagramType !== 'sequence') throw new Error('it is a ' + parsed.diagramType);
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(diagram);
      const wanted = diagram.split('\n').filter((line) => /^ {2}(Note over|\w+-)/.test(line)).length;
      const found = db.getMessages().filter((message) => message.type !== undefined).length;
      if (found !== wanted) throw new Error(`${found} entries, not ${wanted}`);
      if (drawn < kDrawn) await draw(diagram, 'drawing' + ++drawn);
    } catch (error) {
      bad += 1;
      console.log(`mermaid: ${file}: ${error.message}`);
    }
  }
}
if (seen === 0) console.log('mermaid: no diagram');
console.log(`mermaid: ${seen} diagrams read, ${drawn} of them drawn`);
process.exit(bad > 0 || seen === 0 ? 1 : 0);
