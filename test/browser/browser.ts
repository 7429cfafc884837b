import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startProcess } from '../support/servers/process.ts';
import { toolPath } from '../support/tools/tools.ts';
import { until } from '../support/until.ts';

/** A page in a real browser. */
export interface Page {
  /** What an expression gives in the page, as JSON can carry it; what it waits for is waited for. */
  evaluate(expression: string): Promise<unknown>;
  /** What the browser complained about so far: errors, and what the page's policy forbade. */
  readonly complaints: readonly string[];
  /** URLs that were asked for, the page's own first. */
  readonly asked: readonly string[];
  /** A key as somebody presses it, such as `Tab`. */
  press(key: string): Promise<void>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: { readonly result?: { readonly value?: unknown } };
  readonly error?: { readonly message: string };
}

/** Opens a file in Chromium, without a window, and speaks its own protocol: https://chromedevtools.github.io/devtools-protocol/ */
export async function openPage(path: string): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), 'browser-'));
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ];
  const browser = await startProcess({ command: toolPath('chromium'), args: [...args, 'about:blank'], readyUrl: null });
  const endpoint = async (): Promise<string | null> => {
    const text = await readFile(join(profile, 'DevToolsActivePort'), 'utf8').catch(() => '');
    return text.includes('\n') ? (text.split('\n')[0] ?? null) : null;
  };
  await until(async () => (await endpoint()) !== null, 'the browser listens');
  const targets = (await (await fetch(`http://127.0.0.1:${await endpoint()}/json/list`)).json()) as readonly {
    readonly type: string;
    readonly webSocketDebuggerUrl: string;
  }[];
  const url = targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '';
  const socket = new WebSocket(url);
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));

  const waiting = new Map<number, (message: Message) => void>();
  const complaints: string[] = [];
  const asked: string[] = [];
  const loaded = Promise.withResolvers<void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method === 'Page.loadEventFired') loaded.resolve();
    if (message.method === 'Log.entryAdded' || message.method === 'Runtime.exceptionThrown') {
      complaints.push(JSON.stringify(message.params));
    }
    if (message.method === 'Network.requestWillBeSent') {
      const { url: target } = (message.params?.['request'] ?? {}) as { readonly url?: string };
      asked.push(target ?? '');
    }
  });
  const send = async (method: string, params: object = {}): Promise<Message> => {
    const id = (last += 1);
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const message = await answer;
    if (message.error !== undefined) throw new Error(`${method}: ${message.error.message}`);
    return message;
  };

  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await send('Page.navigate', { url: `file://${path}` });
  await loaded.promise;
  return {
    complaints,
    asked,
    async evaluate(expression) {
      const { result } = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
      return result?.result?.value;
    },
    async press(key) {
      for (const type of ['keyDown', 'keyUp'])
        await send('Input.dispatchKeyEvent', {
          type,
          key,
          code: key,
          windowsVirtualKeyCode: key === 'Tab' ? 9 : 13,
          text: key === 'Enter' && type === 'keyDown' ? '\r' : '',
        });
    },
    async close() {
      socket.close();
      await browser.stop();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
