#!/usr/bin/env node
import { homedir } from 'node:os';
import { isMainThread } from 'node:worker_threads';

import { tellBug } from './cli/bug.ts';
import { EXIT, worstOf, type ExitCode } from './cli/exit-codes.ts';
import { createOutput } from './cli/output.ts';

/** An older one has not all of what the program loads, and would fail somewhere in it: `npx` takes whichever there is. */
const OLDEST_NODE = 24;

const stdout = createOutput(process.stdout);
const stderr = createOutput(process.stderr);
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** A signal that came before anybody listened. */
let early: string | null = null;
let hasBug = false;
let hasEnded = false;

if (isMainThread) begin();
else void import('./cli/hash-thread.ts').then(({ serveHashes }) => serveHashes());

function begin(): void {
  // What nobody waits for, or caught, ends nothing: what else is under way may still be found and delivered.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, noteBug);
  // The kernel keeps signals from the first process of a container as long as it does not listen: whoever drains a node
  // while this is loaded would wait for a walk that nobody has told to stop.
  if (process.pid === 1) for (const signal of SIGNALS) process.on(signal, remember);
  process.on('exit', () => {
    if (hasEnded) return;
    noteBug(new Error('there was nothing left to wait for, and no end'));
    process.exitCode = EXIT.unknown;
  });
  // Not awaited at the top: where nothing is left to wait for, Node would end with a code and a warning of its own.
  void main();
}

async function main(): Promise<never> {
  const code = await runWithoutThrowing();
  hasEnded = true;
  // Whatever is still open belongs to nobody.
  return process.exit(hasBug ? worstOf([code, EXIT.unknown]) : code);
}

async function runWithoutThrowing(): Promise<ExitCode> {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    stderr.write(`registry-integrity-probe: Node ${OLDEST_NODE} or later is needed, this is ${process.version}\n`);
    await stderr.finish();
    return EXIT.usage;
  }
  try {
    // Not before: what goes wrong while it is loaded is to be told, too.
    const { runProgram } = await import('./cli/program.ts');
    return await runProgram({
      argv: process.argv.slice(2),
      env: process.env,
      stdout,
      stderr,
      homeDirectory: homeOf(),
      entry: new URL(import.meta.url),
      onSignal,
    });
  } catch (error) {
    noteBug(error);
    await stderr.finish();
    return EXIT.unknown;
  }
}

function noteBug(thrown: unknown): void {
  hasBug = true;
  tellBug(stderr, thrown);
}

/** A user whom the machine does not know, as containers have it, has no home. */
function homeOf(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

function remember(signal: string): void {
  early ??= signal;
}

function onSignal(handler: (signal: string) => void): () => void {
  for (const signal of SIGNALS) process.off(signal, remember).on(signal, handler);
  const before = early;
  if (before !== null) queueMicrotask(() => handler(before));
  return () => {
    for (const signal of SIGNALS) process.off(signal, handler);
  };
}
