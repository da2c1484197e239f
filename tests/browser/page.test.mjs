// The page in a browser, opened from disk: stepped by keyboard, branched, compared, without a script,
// with hostile texts; what it shows, what it asks of the network, and how accessible it is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

const { INTERLEAK, CHROMIUM, WORK, MODULES, SHOTS } = process.env;
const require = createRequire(`${MODULES}/`);
const { chromium } = require('playwright-core');
const axe = readFileSync(`${MODULES}/axe-core/axe.min.js`, 'utf8');
const OUTCOMES_OF_RUN = [0, 4];

let browser;
before(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'] });
});
after(() => browser?.close());

function interleak(...words) {
  try {
    return execFileSync(INTERLEAK, words, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (OUTCOMES_OF_RUN.includes(error.status)) return error.stdout;
    throw error;
  }
}

let pages = 0;
/** Writes a report and returns its address. */
function report(...words) {
  const file = `${WORK}/report-${++pages}.html`;
  interleak('report', ...words, '--no-progress', '-o', file);
  return `file://${file}`;
}

/** Opens an address; whatever goes wrong or leaves the page is noted. */
async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60000);
  page.trouble = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && page.trouble.push(message.text()));
  page.on('pageerror', (error) => page.trouble.push(String(error)));
  page.on('dialog', (dialog) => { page.trouble.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => request.url().split('#')[0] === address.split('#')[0] || page.trouble.push(`request: ${request.url()}`));
  await page.goto(address);
  return page;
}
const done = async (page) => {
  assert.deepEqual(page.trouble, []);
  await page.context().close();
};
const shot = (page, name, whole = false) => page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: whole });
/** The keys are the explorer's while it has the focus. */
const enter = (page) => page.locator('#explorer').focus();
const text = (page, selector) => page.locator(selector).first().innerText();

async function accessible(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const grave = found.violations.filter((each) => ['serious', 'critical'].includes(each.impact));
  assert.deepEqual(grave.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`), [], name);
}

let incident;
const theIncident = () => (incident ??= report('incident/two-users', '-d', 'redis-py-4.5.1/pool', '-d', 'redis-py-4.5.5/pool', '-d', 'redis-py-4.5.1/cluster'));

const DESKTOP = { width: 1280, height: 900 }, TELEPHONE = { width: 390, height: 844 };

test('a report opens at its title, and only the reader scrolls it', async () => {
  const flows = report('incident/four-flows', '-d', 'redis-py-4.5.1/cluster');
  for (const [name, address] of [['incident', theIncident()], ['flows', flows]]) {
    for (const viewport of [DESKTOP, TELEPHONE]) {
      const page = await open(address, { viewport });
      const top = () => page.evaluate(() => [scrollY, document.querySelector('h1').getBoundingClientRect().top >= 0]);
      assert.deepEqual(await top(), [0, true]);
      await shot(page, `first-sight-${name}-${viewport.width}`);
      const before = await text(page, '.where');
      for (const key of ['n', 'ArrowRight', '1', 'd']) await page.keyboard.press(key);
      assert.equal(await text(page, '.where'), before, 'keys are nobody\'s outside of the explorer');
      await page.evaluate(() => scrollTo(0, 0));
      await page.locator('#explorer').evaluate((explorer) => explorer.focus({ preventScroll: true }));
      for (const key of ['Home', 'ArrowRight', 'End', 'ArrowLeft', 'd', 'Escape']) await page.keyboard.press(key);
      assert.notEqual(await text(page, '.where'), before);
      assert.deepEqual(await top(), [0, true]);
      await done(page);
    }
  }
});

test('lanes are drawn for who takes part, and none is cut off on a desktop', async () => {
  const page = await open(report('incident/four-flows', '-d', 'redis-py-4.5.1/cluster'), { viewport: DESKTOP });
  const cut = await page.locator('.lanebox .scroll').evaluateAll((all) => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length);
  assert.equal(cut, 0);
  const heads = await page.locator('.lanebox').first().locator('svg .headname').evaluateAll((all) => all.map((each) => each.textContent));
  assert.deepEqual(heads, ['●alice', '▲bob', 'c1', 'c3', 'server']);
  assert.match(await text(page, '.lanebox .legend'), /mail-carol.*c2 take no part here/);
  await page.locator('#explorer').scrollIntoViewIfNeeded();
  await shot(page, 'lanes-of-four-flows');
  await done(page);
});

test('stepped by keyboard, from the start to the leak', async () => {
  const page = await open(theIncident());
  await enter(page);
  await page.keyboard.press('Home');
  assert.equal(await text(page, '.where'), 'step 0 of 6');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('n');
  assert.equal(await text(page, '.where'), 'step 2 of 6');
  assert.match(await text(page, '.panel.steps [aria-current]'), /●alice ✗ CANCELLED, returns c1/);
  assert.match(await text(page, '.panel.code .told'), /await receive/);
  assert.match(await text(page, '#live'), /^Step 2 of 6\. ●alice ✗ CANCELLED/);
  await shot(page, 'laptop-at-the-cancel', true);
  await page.keyboard.press('End');
  assert.match(await text(page, '.panel.steps [aria-current]'), /LEAK: ▲bob received ●alice's history/);
  await page.keyboard.press('Shift+N');
  assert.equal(await text(page, '.where'), 'step 1 of 6');
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  assert.match(await text(page, '.panel.steps [aria-current]'), /point of no return/);
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  assert.match(await text(page, '.panel.steps [aria-current]'), /last safe choice/);
  await done(page);
});

test('another branch is taken, and the way back', async () => {
  const page = await open(theIncident());
  await enter(page);
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  const choices = await page.locator('.panel.next li button').allInnerTexts();
  const bad = choices.findIndex((each) => each.includes('leak unavoidable'));
  const other = choices.findIndex((each) => each.includes('server answers'));
  assert.ok(bad >= 0 && other >= 0, choices.join(' / '));
  await page.keyboard.press(String(other + 1));
  assert.match(await text(page, '.panel.steps h3'), /your branch/i);
  assert.match(await text(page, '.trail'), /branch after 2/);
  assert.match(page.url(), /#.*s=alice\+!alice\+srv\.1&step=3/);
  await shot(page, 'laptop-branch');
  await page.keyboard.press('Escape');
  assert.match(await text(page, '.panel.steps h3'), /shortest violation/i);
  await done(page);
});

test('every branch has the badge that the command proves', async () => {
  const page = await open(theIncident());
  for (const step of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowRight']) {
    await enter(page);
    await page.keyboard.press(step);
    const badges = await page.locator('.panel.next .badge').allInnerTexts();
    assert.ok(badges.length > 0 && badges.every((each) => /unavoidable|possible|safe whatever happens/.test(each)), badges.join(' / '));
  }
  assert.deepEqual(new Set(await page.locator('.panel.next .badge').allInnerTexts()), new Set(['✗ leak unavoidable']));
  await done(page);
});

test('designs side by side, and another one chosen', async () => {
  const page = await open(theIncident());
  await enter(page);
  await page.keyboard.press('End');
  assert.deepEqual(await page.locator('.lanebox').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label'))), ['Lanes of redis-py-4.5.1/pool', 'Lanes of redis-py-4.5.5/pool']);
  assert.match(await text(page, '#apart'), /They part at step 2/);
  assert.match(await text(page, '.lanebox:nth-child(2) .badge'), /safe whatever happens/);
  await page.selectOption('[data-key="pick-a"]', { label: 'redis-py-4.5.1/cluster' });
  assert.equal(await text(page, '.where'), 'step 0 of 5');
  assert.match(await text(page, '.panel.code h3'), /redis-py-4\.5\.1\/cluster/);
  await page.keyboard.press('d');
  await done(page);
});

test('an address opens at its schedule and step', async () => {
  const page = await open(`${theIncident()}#s=alice+!alice+srv.1&step=2&d=redis-py-4.5.1/pool&b=`);
  assert.equal(await text(page, '.where'), 'step 2 of 3');
  assert.equal(await page.locator('.lanebox').count(), 1);
  await done(page);
});

test('copied as text, Mermaid and JSON', async () => {
  const page = await open(theIncident());
  await enter(page);
  await page.keyboard.press('c');
  assert.match(await page.inputValue('dialog textarea'), /two-users under redis-py-4\.5\.1\/pool[^]*LEAK[^]*interleak replay/);
  await page.getByRole('button', { name: 'Mermaid', exact: true }).click();
  assert.match(await page.inputValue('dialog textarea'), /^sequenceDiagram\n/);
  await page.getByRole('button', { name: 'JSON', exact: true }).click();
  assert.equal(JSON.parse(await page.inputValue('dialog textarea')).steps.length, 6);
  await done(page);
});

test('keys can be switched off', async () => {
  const page = await open(theIncident());
  await enter(page);
  await page.keyboard.press('?');
  await page.getByLabel('use these keys').uncheck();
  await page.keyboard.press('Escape');
  const before = await text(page, '.where');
  await page.keyboard.press('End');
  assert.equal(await text(page, '.where'), before);
  await done(page);
});

test('from telephone to wide screen, light, dark and on paper', async () => {
  const looks = [['phone', 375, 812, 'light'], ['phone-dark', 375, 812, 'dark'], ['tablet', 768, 1024, 'light'], ['laptop', 1366, 768, 'light'], ['laptop-dark', 1366, 768, 'dark'], ['wide', 1920, 1080, 'light']];
  for (const [name, width, height, colorScheme] of looks) {
    const page = await open(theIncident(), { viewport: { width, height }, colorScheme });
    await enter(page);
    await page.keyboard.press('End');
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wider <= 0, `${name} scrolls sideways by ${wider}`);
    await accessible(page, name);
    await shot(page, name, true);
    await done(page);
  }
  const page = await open(theIncident());
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('#explorer').isVisible(), false);
  assert.equal(await page.locator('#schedule table.steps').isVisible(), true);
  await page.pdf({ path: `${SHOTS}/print.pdf`, format: 'A4' });
  await done(page);
});

test('the rate is a slider; reasons and root causes lead to their steps and schedules', async () => {
  const page = await open(theIncident());
  const told = () => text(page, '#rate-at output');
  assert.match(await told(), /^rate 0\.01: a schedule ends in leak with probability 0\.00997, about one of 100; 299 runs/);
  await page.locator('#rate-slider').focus();
  await page.keyboard.press('End');
  assert.match(await told(), /^rate 1: a schedule ends in leak with probability 0\.75,/);
  await page.locator('#causes a.opens').nth(1).click();
  assert.match(await page.evaluate(() => location.hash), /^#s=/);
  assert.match(await text(page, '.where'), /^step 6 of 6$/);
  await page.locator('#short ol a.step').first().click();
  assert.match(await text(page, '.where'), /^step 6 of 6$/);
  assert.match(await text(page, '#difference'), /redis-py-4\.5\.5\/pool[^]*−[^]*except error[^]*\+[^]*except cancelled\|error/);
  await done(page);
});

test('without -d, the design that is named as the cure breaks nothing else and changes least', async () => {
  const page = await open(report('incident/two-users'));
  const cures = await page.locator('#short h3:has-text("prevented") + ul > li').allInnerTexts();
  assert.match(cures[0], /^redis-py-4\.5\.5\/pool: at step 2 ●alice, when cancelled, closes c1/);
  assert.match(cures[1], /also holds under redis-py-4\.3\.4\/pool[^]*4\.5\.4\/pool \(but not no-zombie\)/);
  assert.match(cures[2], /^After step 2 it could still end well/);
  assert.match(cures[3], /^The nearest schedule without it/);
  assert.match(await text(page, '#difference'), /to redis-py-4\.5\.5\/pool \(\+\)/);
  assert.deepEqual(await page.locator('.lanebox').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label'))), ['Lanes of redis-py-4.5.1/pool', 'Lanes of redis-py-4.5.5/pool']);
  await done(page);
});

test('the curve marks the turn and leads to the steps; table and chart of the rate write it alike', async () => {
  const page = await open(theIncident());
  assert.deepEqual(await page.locator('#curve text.turn').allTextContents(), ['last safe choice', 'point of no return']);
  const at = (kind) => page.locator(`#curve line.turn.${kind}`).getAttribute('x1').then(Number);
  const dot = (step) => page.locator('#curve circle.share').nth(step).getAttribute('cx').then(Number);
  assert.deepEqual([await at('safe'), await at('gone')], [await dot(2), await dot(3)]);
  await page.locator('#curve [data-step="4"]').click();
  assert.equal(await text(page, '.where'), 'step 4 of 6');
  await page.locator('#curve thead a').nth(2).click();
  assert.equal(await text(page, '.where'), 'step 3 of 6');
  const ticks = await page.locator('#rate svg text').allTextContents();
  for (const rate of await page.locator('#rate tbody th').allTextContents()) assert.ok(ticks.includes(rate), rate);
  assert.doesNotMatch(await text(page, '#rate table'), /e-/);
  assert.match(await text(page, '.panel.code .legend'), /read:\d+ is a line of this listing, the pseudo-code of the model/);
  await done(page);
});

test('what scrolls sideways shows it at its edge', async () => {
  const page = await open(theIncident(), { viewport: { width: 375, height: 812 } });
  const frames = await page.locator('.scroll').evaluateAll((all) => all.filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
    .map((each) => [each.getAttribute('aria-label'), getComputedStyle(each).backgroundAttachment]));
  assert.ok(frames.some(([name]) => name === 'Lanes') && frames.some(([name]) => name === 'Cancellation matrix'), JSON.stringify(frames));
  for (const [name, attachment] of frames) assert.equal(attachment, 'local, local, scroll, scroll', name);
  await done(page);
});

test('without a script: verdict, steps, listing, reasons', async () => {
  const page = await open(theIncident(), { javaScriptEnabled: false });
  assert.match(await text(page, '.headline'), /violated ▲bob received ●alice's history/);
  assert.match(await text(page, '#schedule table.steps'), /✗ CANCELLED, returns c1[^]*LEAK/);
  assert.match(await text(page, '#listing .told'), /await receive.*●alice is cancelled here/);
  assert.match(await text(page, '#listing .legend'), /read:3 is line 3 of read in this listing, the pseudo-code of the model/);
  assert.match(await text(page, '#short'), /What would have prevented it[^]*redis-py-4\.5\.5\/pool/);
  assert.ok(await page.locator('#matrix table').isVisible());
  await shot(page, 'no-script', true);
  await page.setViewportSize({ width: 375, height: 812 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth) <= 0);
  await shot(page, 'no-script-phone', true);
  await done(page);
});

test('hostile texts stay texts', async () => {
  const page = await open(report('tests/browser/hostile.json', '-d', 'tests/browser/hostile-pool.json', '-d', 'redis-py-4.5.1/pool'));
  await enter(page);
  for (const key of ['Home', 'End', 'c']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Mermaid', exact: true }).click();
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  assert.equal(await page.locator('script').count(), 2);
  assert.equal(await page.locator('img, iframe, object, embed, link, [onload], [onerror], [onclick]').count(), 0);
  assert.match(await text(page, 'h1'), /<script>window\.hacked=1<\/script>/);
  await shot(page, 'hostile');
  await done(page);
});

test('the page itself finds that it steps through the same states as the engine', async () => {
  const page = await open(theIncident());
  await page.waitForFunction(() => [...document.querySelectorAll('.digest')].every((each) => each.dataset.page));
  const digests = await page.locator('.digest').evaluateAll((all) => all.map((each) => [each.parentElement.querySelector('code').textContent, each.textContent, each.dataset.page]));
  assert.equal(digests.length, 3);
  for (const [design, shown, own] of digests) {
    assert.equal(own, shown, design);
    assert.equal(interleak('export', 'incident/two-users', '-d', design, '-f', 'digest').trim(), shown);
  }
  await done(page);
});
