// Diagrams, read by Mermaid itself: check_mermaid.mjs NODE_MODULES FILE...
// A FILE is a diagram, or Markdown whose ```mermaid blocks are looked at.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(modules + '/');
const { JSDOM } = require('jsdom');
const { window } = new JSDOM('<!doctype html><body></body>');
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import(pathToFileURL(modules + '/mermaid/dist/mermaid.core.mjs').href);
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });

let bad = 0, seen = 0;
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
    } catch (error) {
      bad += 1;
      console.log(`mermaid: ${file}: ${error.message}`);
    }
  }
}
if (seen === 0) console.log('mermaid: no diagram');
process.exit(bad > 0 || seen === 0 ? 1 : 0);
