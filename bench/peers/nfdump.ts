import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Table } from '../../src/base/table.ts';
import { codeHash, type Data } from '../data.ts';
import { keepFolder } from '../place.ts';
import { storedFlows } from '../store-flows.ts';
import { flowSums } from '../store-sums.ts';
import { attributedStore, withStore } from '../unmasq.ts';
import { type ExportedFlow, ipfixMessages } from './ipfix.ts';

/** What operators of routers keep flows with: a collector that writes files, and a program that reads all of them for each question. */

export interface Aggregate {
  readonly address: string;
  readonly flows: number;
  readonly bytes: number;
}

/** Flows and bytes by address. Its CSV and its JSON leave out how many flows were aggregated: the columns are named instead. */
export const nfdumpBy = async (
  folder: string,
  side: 'srcip' | 'dstip',
  filter = 'any',
): Promise<readonly Aggregate[]> => {
  const columns = `fmt:${side === 'srcip' ? '%sa' : '%da'} %fl %ibyt %obyt`;
  const words = ['-C', 'none', '-q', '-N', '-R', folder, '-A', side, '-o', columns, filter];
  const { stdout } = await promisify(execFile)('nfdump', words, { maxBuffer: 2 ** 30 });
  return [...stdout.matchAll(/^\s*(\d+\.\d+\.\d+\.\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*$/gm)].map(
    ([, address = '', flows, bytesOut, bytesIn]) => ({
      address,
      flows: Number(flows),
      bytes: Number(bytesOut) + Number(bytesIn),
    }),
  );
};

/** A folder of what `nfcapd` wrote of the flows in the store. Made once. */
export const collectedFlows = (data: Data): Promise<string> =>
  keepFolder(join(data.folder, `nfdump-${codeHash('bench/peers')}`), async (folder) =>
    withStore(await attributedStore(data), async ({ engine }) => {
      await withCollector(folder, async (send) => {
        for await (const table of storedFlows(engine)) {
          for (const message of ipfixMessages(exported(table))) await send(message);
        }
      });
      const kept = await nfdumpBy(folder, 'srcip');
      const sent = await flowSums(engine);
      for (const what of ['flows', 'bytes'] as const) {
        const sum = kept.reduce((total, one) => total + one[what], 0);
        if (sum !== sent[what]) throw new Error(`nfcapd kept ${sum} ${what} of ${sent[what]}`);
      }
    }),
  );

function* exported({ rows, columns }: Table): Generator<ExportedFlow> {
  const values = <Value>(name: string): ArrayLike<Value> =>
    (columns[name] as unknown as { readonly values: ArrayLike<Value> }).values;
  const [begin, last] = [values<bigint>('begin_ms'), values<bigint>('last_ms')];
  const [packetsOut, bytesOut] = [values<bigint>('packets_out'), values<bigint>('bytes_out')];
  const [packetsIn, bytesIn] = [values<bigint>('packets_in'), values<bigint>('bytes_in')];
  const [srcPort, destPort] = [values<number>('src_port'), values<number>('dest_port')];
  const protocol = values<number>('protocol');
  const [src, dest] = (['src_ip', 'dest_ip'] as const).map(
    (name) => (columns[name] as { readonly values: Uint8Array }).values,
  ) as [Uint8Array, Uint8Array];
  for (let row = 0; row < rows; row++) {
    // IPv4 is the last four bytes of what it is mapped to; simulated clusters have no other.
    const [from, until] = [16 * row + 12, 16 * row + 16];
    yield {
      beginMs: begin[row] as bigint,
      endMs: last[row] as bigint,
      src: src.subarray(from, until),
      dest: dest.subarray(from, until),
      srcPort: srcPort[row] as number,
      destPort: destPort[row] as number,
      protocol: protocol[row] as number,
      packetsOut: packetsOut[row] as bigint,
      bytesOut: bytesOut[row] as bigint,
      packetsIn: packetsIn[row] as bigint,
      bytesIn: bytesIn[row] as bigint,
    };
  }
}

/** As many as the smallest receive buffer that Linux gives holds. */
const MESSAGES_AT_ONCE = 64;

/** `nfcapd` on a port of loopback, while the work sends to it; its files are whole afterwards. */
const withCollector = async (folder: string, work: (send: Send) => Promise<void>): Promise<void> => {
  const port = await freePort();
  const words = ['-C', 'none', '-w', folder, '-b', '127.0.0.1', '-p', String(port)];
  const collector = spawn('nfcapd', words, { stdio: 'ignore' });
  const ended = once(collector, 'close');
  const isRead = async (): Promise<void> => {
    while (waitingBytes(port) !== 0) {
      if (collector.exitCode !== null) throw new Error(`nfcapd ended with ${collector.exitCode}`);
      await sleep(1);
    }
  };
  const socket = createSocket('udp4');
  let sent = 0;
  try {
    await isRead();
    await work(async (message) => {
      await new Promise<void>((resolve, reject) => {
        socket.send(message, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
      });
      // UDP drops what nobody reads in time.
      if (++sent % MESSAGES_AT_ONCE === 0) await isRead();
    });
    await isRead();
  } finally {
    socket.close();
    collector.kill('SIGTERM');
    await ended;
  }
};

type Send = (message: Buffer) => Promise<void>;

const freePort = async (): Promise<number> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
};

/** What has come and was not read; null while nobody listens. https://docs.kernel.org/networking/proc_net_tcp.html says what stands where. */
const waitingBytes = (port: number): number | null => {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const line = readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .find((one) => one.includes(` ${local} `));
  const queues = line?.trim().split(/\s+/)[4];
  return queues === undefined ? null : Number.parseInt(queues.split(':')[1] ?? '', 16);
};
