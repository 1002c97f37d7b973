import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ContainerClient, BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';

export const ACCOUNT = 'unmasqtest';
/** Of the emulator, which is gone when the test ends. */
export const KEY = Buffer.from('a key of an emulator on loopback').toString('base64');

export interface Azurite {
  /** `http://127.0.0.1:PORT/ACCOUNT` */
  readonly url: string;
  readonly service: BlobServiceClient;
  /** One line for each request so far, as the emulator's own log has it. */
  readonly requests: readonly string[];
  end(): void;
}

/** Microsoft's own emulator of blob storage, over HTTP, on a free port and a folder of its own. */
export const startAzurite = async (): Promise<Azurite> => {
  const folder = mkdtempSync(join(tmpdir(), 'unmasq-azurite-'));
  const program = join(
    dirname(createRequire(import.meta.url).resolve('azurite/package.json')),
    'dist/src/blob/main.js',
  );
  // The client speaks a newer version of the protocol than the emulator knows, and uses nothing that is new in it.
  const flags = ['--skipApiVersionCheck', '--disableTelemetry', '--location', folder];
  const place = ['--blobHost', '127.0.0.1', '--blobPort', '0'];
  const child = spawn(process.execPath, [program, ...flags, ...place], {
    env: { ...process.env, AZURITE_ACCOUNTS: `${ACCOUNT}:${KEY}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const requests: string[] = [];
  const url = `${await originOf(child, requests)}/${ACCOUNT}`;
  return {
    url,
    service: new BlobServiceClient(url, new StorageSharedKeyCredential(ACCOUNT, KEY)),
    requests,
    end: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const originOf = (child: ChildProcess, requests: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the emulator ended')));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const origin = /successfully listens on (\S+)/.exec(line)?.[1];
      if (origin === undefined) requests.push(line);
      else resolve(origin);
    });
  });

const [OPENER, CLOSER] = ['A', 'Z'].map((letter) => Buffer.from(letter.padEnd(33, '0')).toString('base64')) as [
  string,
  string,
];

/**
 * The hour of a NIC as Azure writes it: a head of 12 bytes, a block for each minute, each but the first beginning with a comma, and a
 * closing block of 2 bytes. With each append the closing block is written again and the whole list is committed.
 */
export class WrittenHour {
  private readonly blob: ReturnType<ContainerClient['getBlockBlobClient']>;
  private readonly ids: string[] = [];
  private readonly start: number;

  /** `start`: where its block ids begin. One that was made anew has others, or the same. */
  constructor(container: ContainerClient, name: string, start = 0) {
    this.blob = container.getBlockBlobClient(name);
    this.start = start;
  }

  /** Each text is the records of one block, without the comma. */
  async append(...texts: readonly string[]): Promise<void> {
    const first = this.ids.length;
    const added = texts.map((_, i) =>
      Buffer.from(`D${String(this.start + first + i).padStart(32, '0')}`).toString('base64'),
    );
    this.ids.push(...added);
    await Promise.all([
      ...(first === 0 ? [this.stage(OPENER, '{"records":[')] : []),
      ...texts.map((text, i) => this.stage(added[i] as string, first + i === 0 ? text : `,${text}`)),
      this.stage(CLOSER, ']}'),
    ]);
    await this.blob.commitBlockList([OPENER, ...this.ids, CLOSER]);
  }

  private async stage(id: string, text: string): Promise<void> {
    await this.blob.stageBlock(id, text, Buffer.byteLength(text));
  }
}
