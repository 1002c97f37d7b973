import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium } from 'playwright-core';
import { ROOT } from './data.ts';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A server over the data, and a browser; both are gone when the work is done. */
export const withConsole = async <Value>(
  dataDir: string,
  work: (browser: Browser, url: string) => Promise<Value>,
): Promise<Value> => {
  const server = spawn(join(ROOT, 'bin/unmasq'), ['serve', '--data', dataDir, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  try {
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: server.stderr }).on('line', (line) => {
        const at = /^listening on (\S+)$/.exec(line)?.[1];
        if (at !== undefined) resolve(at);
      });
      server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: FLAGS,
    });
    try {
      return await work(browser, url);
    } finally {
      await browser.close();
    }
  } finally {
    server.kill();
    await ended;
  }
};
