#!/usr/bin/env node
import { homedir } from 'node:os';

import { runProgram } from './cli/program.ts';
import type { Output } from './cli/io.ts';

const USUAL_WIDTH = 100;

function output(stream: NodeJS.WriteStream): Output {
  // Whoever reads may stop reading (`… | head`); that is no error of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY,
    // A terminal that nobody looks at, as builds have it, is 0 columns wide.
    columns: () => stream.columns || USUAL_WIDTH,
  };
}

function onSignal(handler: (signal: string) => void): () => void {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  for (const signal of signals) process.on(signal, handler);
  return () => {
    for (const signal of signals) process.off(signal, handler);
  };
}

process.exitCode = await runProgram({
  argv: process.argv.slice(2),
  env: process.env,
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  homeDirectory: homedir(),
  onSignal,
});
