import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { renderHtml } from '../../src/report/html/page.ts';
import type { Report } from '../../src/report/schema.ts';
import { HOSTILE, hostileReport, plainReport, reportOf } from '../report/hostile-report.ts';
import { finding } from '../report/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openPage, type Page } from './browser.ts';

async function open(report: Report): Promise<Page> {
  const path = join(await temporaryFolder(), 'report.html');
  await writeFile(path, [...renderHtml(report)].join(''));
  const page = await openPage(path);
  onTestFinished(() => page.close());
  return page;
}

const ROWS = `[...document.querySelectorAll('table.findings tbody tr')]`;
const SHOWN = `${ROWS}.filter((row) => row.checkVisibility()).map((row) => row.querySelector('td').textContent.trim().split(/[\\n ]/)[0])`;

describe('the page of a report, in a browser', () => {
  test('asks nobody for anything, and nothing in it is forbidden by its own policy', async () => {
    const page = await open(plainReport());

    expect(page.asked).toHaveLength(1);
    expect(page.complaints).toEqual([]);
    expect(await page.evaluate('document.querySelector(".word").textContent')).toBe('BROKEN');
    expect(await page.evaluate('getComputedStyle(document.querySelector("table")).borderCollapse')).toBe('collapse');
  });

  test('searches for all words, and says how many rows are left', async () => {
    const names = ['team/app', 'team/web', 'shop/app'];
    const page = await open(
      reportOf({ verdict: 'broken', findings: names.map((repository) => finding({ repository })) }),
    );

    await page.evaluate(
      `(() => { const input = document.querySelector('input'); input.value = 'APP  team'; input.dispatchEvent(new Event('input')); })()`,
    );

    expect(await page.evaluate(SHOWN)).toEqual(['team/app:v1']);
    expect(await page.evaluate('document.querySelector("[role=status]").textContent')).toBe('1 of 3 shown');
  });

  test('sorts by a column, there and back, by the keyboard alone, and says so', async () => {
    const tags = ['v10', 'v9', 'v2'];
    const page = await open(reportOf({ verdict: 'broken', findings: tags.map((tag) => finding({ tags: [tag] })) }));
    const order = `${ROWS}.map((row) => row.querySelector('summary').textContent)`;

    await page.evaluate(`document.querySelector('input').focus()`);
    await page.press('Tab');
    await page.press('Enter');
    const up = await page.evaluate(order);
    await page.press('Enter');

    expect(up).toEqual(['team/app:v2', 'team/app:v9', 'team/app:v10']);
    expect(await page.evaluate(order)).toEqual(['team/app:v10', 'team/app:v9', 'team/app:v2']);
    expect(await page.evaluate(`document.querySelector('th').getAttribute('aria-sort')`)).toBe('descending');
  });

  test('shows the way and what to do only when a row is opened, and all of it on paper', async () => {
    const page = await open(plainReport());
    const visible = `[...document.querySelectorAll('.path')].map((one) => one.checkVisibility())`;

    const closed = await page.evaluate(visible);
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);

    expect(closed).toEqual([false, false]);
    expect(await page.evaluate(visible)).toEqual([true, true]);
    expect(await page.evaluate(`document.querySelectorAll('.path')[1].children.length`)).toBe(4);
  });

  test('has all that it says of a finding in one column and within the window, however many copies there are', async () => {
    const { digest, repository } = finding();
    const mirror = { kind: 'registry', url: 'https://mirror.example.com', isOwn: false, part: 'image' } as const;
    const copies = ['mirror', 'second'].map((where) => ({
      ...mirror,
      where,
      repository: repository ?? '',
      digest: digest ?? '',
    }));
    const page = await open(reportOf({ verdict: 'broken', findings: [finding({ copies })] }));
    await page.evaluate(`document.querySelector('details').open = true`);

    const left = `[...new Set([...document.querySelectorAll('dd')].map((one) => one.getBoundingClientRect().left))].length`;
    expect(await page.evaluate(`document.querySelectorAll('dd').length`)).toBeGreaterThan(5);
    expect(await page.evaluate(left)).toBe(1);
    expect(
      await page.evaluate(
        `document.querySelector('.scroll').scrollWidth - document.querySelector('.scroll').clientWidth`,
      ),
    ).toBe(0);
  });

  test('copies a command, or selects it where nothing may be copied', async () => {
    const page = await open(plainReport());
    await page.evaluate(`document.querySelector('details').open = true`);

    await page.evaluate(`document.querySelector('.command button').click()`);

    await expect
      .poll(() => page.evaluate(`document.querySelector('.command button').textContent`))
      .toMatch(/^(copied|selected)$/);
  });

  test('shows what strangers write as text, and runs none of it', async () => {
    const page = await open(hostileReport());

    expect(await page.evaluate(`document.querySelectorAll('script').length`)).toBe(1);
    expect(await page.evaluate(`document.querySelectorAll('img, a, iframe, x').length`)).toBe(0);
    expect(await page.evaluate(`${ROWS}.length`)).toBe(HOSTILE.length);
    expect(page.asked).toHaveLength(1);
    expect(page.complaints).toEqual([]);
  });

  test('is laid out and searched with 5,000 findings', async () => {
    const findings = Array.from({ length: 5000 }, (_, index) => finding({ repository: `team/app-${index}` }));
    const page = await open(reportOf({ verdict: 'broken', findings }));

    await page.evaluate(
      `(() => { const input = document.querySelector('input'); input.value = 'app-4321:'; input.dispatchEvent(new Event('input')); })()`,
    );

    expect(await page.evaluate(`${ROWS}.length`)).toBe(5000);
    expect(await page.evaluate('document.querySelector("[role=status]").textContent')).toBe('1 of 5000 shown');
  });

  test('has no table where nothing is broken', async () => {
    const page = await open(reportOf({}));

    expect(await page.evaluate(`document.querySelectorAll('table').length`)).toBe(0);
    expect(await page.evaluate('document.querySelector(".word").textContent')).toBe('SOUND');
  });
});
